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
  #turn: Promise<unknown> = Promise.resolve();

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

  /** Puts only what differs from what is known; for reading everything anew. */
  refresh(accounts: readonly AccountState[], keys: readonly KeyState[]): void {
    for (const state of accounts) if (differs(state, this.#accounts.get(state.id))) this.putAccount(state);
    for (const state of keys) if (differs(state, this.#keys.get(state.id))) this.putKey(state);
  }

  /** Runs `work` alone: what is committed by one change is put here before the next one is made. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Tells `listener` of every change from now on; there is one, the link. */
  listen(listener: DirectoryListener): void {
    this.#listener = listener;
  }
}

const differs = (one: AccountState | KeyState, other: AccountState | KeyState | undefined): boolean =>
  JSON.stringify(one) !== JSON.stringify(other);
