/**
 * The accounts and keys that gateways are told of, in memory: read once at the start, replaced after each commit that
 * changes one. Whoever listens hears of a change at once.
 */
import type { Id } from '../link/ids.ts';
import type { AccountState, KeyState } from '../link/words.ts';

export interface DirectoryListener {
  accountChanged(state: AccountState): void;
  /** Revoked keys stay known, inactive, since their last requests are still to be recorded. */
  keyChanged(state: KeyState): void;
}

export class Directory {
  readonly #accounts = new Map<Id, AccountState>();
  readonly #keys = new Map<Id, KeyState>();
  #listener: DirectoryListener | null = null;

  account(id: Id): AccountState | undefined {
    return this.#accounts.get(id);
  }

  key(id: Id): KeyState | undefined {
    return this.#keys.get(id);
  }

  /** All accounts; the iteration goes on over what is put meanwhile. */
  accounts(): Iterable<AccountState> {
    return this.#accounts.values();
  }

  keys(): Iterable<KeyState> {
    return this.#keys.values();
  }

  putAccount(state: AccountState): void {
    this.#accounts.set(state.id, state);
    this.#listener?.accountChanged(state);
  }

  putKey(state: KeyState): void {
    this.#keys.set(state.id, state);
    this.#listener?.keyChanged(state);
  }

  /** Tells `listener` of every change from now on; there is one, the link. */
  listen(listener: DirectoryListener): void {
    this.#listener = listener;
  }
}
