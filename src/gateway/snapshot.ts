/**
 * What a gateway knows of accounts, keys and models: pushed by control, kept in memory, replaced as it changes.
 * No names, no addresses: ids, limits and states.
 */
import type {
  AccountState,
  BillingMode,
  CatalogueModel,
  KeyState,
  Limits,
  MeterKind,
} from '../link/words.ts';
import { type Meter, MeterBook } from './meters.ts';
import { type Networks, parseNetworks } from './network.ts';

/** The meters that a request of a key takes from, in the order of taking. */
export interface MeterPlan {
  readonly slots: readonly Meter[];
  readonly requests: readonly Meter[];
  /** Of a minute; then those of budgets in tokens. */
  readonly tokens: readonly Meter[];
  readonly tokensPerMinute: readonly Meter[];
  /** Budgets first; the balance last, where use is paid from credit. None where use has no price. */
  readonly money: readonly Meter[];
}

export interface Account {
  state: AccountState;
  seen: number;
}

export interface Key {
  state: KeyState;
  account: Account;
  plan: MeterPlan;
  networks: Networks | null;
  seen: number;
}

export class Snapshot {
  readonly meters = new MeterBook();
  readonly #accounts = new Map<string, Account>();
  readonly #keys = new Map<string, Key>();
  readonly #keysByHash = new Map<string, Key>();
  #models = new Map<string, CatalogueModel>();
  /** Raised at each new connection to control; what is not said again by `synced` is gone. */
  #round = 0;
  #billing: BillingMode = 'prepaid';
  #synced = false;
  #hasCatalogue = false;

  /** Whether control has ever told all accounts and keys, and a catalogue. */
  get whole(): boolean {
    return this.#synced && this.#hasCatalogue;
  }

  /** The key with this hash (64 hex digits), if its account is known. */
  keyByHash(hash: string): Key | undefined {
    return this.#keysByHash.get(hash);
  }

  model(name: string): CatalogueModel | undefined {
    return this.#models.get(name);
  }

  models(): readonly CatalogueModel[] {
    return [...this.#models.values()];
  }

  /** Every account and key is said anew after this, so that plans follow the mode. */
  startRound(billing: BillingMode): void {
    this.#billing = billing;
    this.#round++;
  }

  /** Control has said everything: drops what it no longer knows. */
  endRound(): void {
    for (const key of this.#keys.values()) if (key.seen !== this.#round) this.#dropKey(key);
    for (const [id, account] of this.#accounts) {
      if (account.seen !== this.#round) this.dropAccount(id);
    }
    this.#synced = true;
  }

  setModels(models: readonly CatalogueModel[]): void {
    this.#hasCatalogue = true;
    this.#models = new Map(models.map((model) => [model.name, model]));
  }

  setAccount(state: AccountState): void {
    const known = this.#accounts.get(state.id);
    if (known === undefined) {
      this.#accounts.set(state.id, { state, seen: this.#round });
      return;
    }
    const limitsChanged = !sameLimits(known.state.limits, state.limits);
    known.state = state;
    known.seen = this.#round;
    if (!limitsChanged) return;
    this.meters.limitsChanged(state.id);
    for (const key of this.#keys.values()) {
      if (key.account === known) key.plan = this.#plan(key.state, state);
    }
  }

  setKey(state: KeyState): void {
    const account = this.#accounts.get(state.account);
    if (account === undefined) return;
    const networks = state.networks === null ? null : parseNetworks(state.networks);
    const plan = this.#plan(state, account.state);
    const known = this.#keys.get(state.id);
    if (known !== undefined && known.state.hash !== state.hash) this.#keysByHash.delete(known.state.hash);
    if (known !== undefined && !sameLimits(known.state.limits, state.limits))
      this.meters.limitsChanged(state.id);
    const key = known ?? { state, account, plan, networks, seen: this.#round };
    Object.assign(key, { state, account, plan, networks, seen: this.#round });
    this.#keys.set(state.id, key);
    this.#keysByHash.set(state.hash, key);
  }

  dropKey(id: string): void {
    const key = this.#keys.get(id);
    if (key !== undefined) this.#dropKey(key);
  }

  dropAccount(id: string): void {
    this.#accounts.delete(id);
    for (const key of this.#keys.values()) if (key.state.account === id) this.#dropKey(key);
  }

  #dropKey(key: Key): void {
    this.#keys.delete(key.state.id);
    this.#keysByHash.delete(key.state.hash);
  }

  #plan(key: KeyState, account: AccountState): MeterPlan {
    const of = (kind: MeterKind, limit: keyof Limits): Meter[] => {
      const meters = [];
      if (key.limits[limit] !== null) meters.push(this.meters.of(kind, key.id));
      if (account.limits[limit] !== null) meters.push(this.meters.of(kind, account.id));
      return meters;
    };
    const tokensPerMinute = of('tokens', 'tokensPerMinute');
    return {
      slots: of('concurrency', 'concurrency'),
      requests: of('requests', 'requestsPerMinute'),
      tokens: [
        ...tokensPerMinute,
        ...of('day_tokens', 'budgetDayTokens'),
        ...of('month_tokens', 'budgetMonthTokens'),
      ],
      tokensPerMinute,
      money: this.#billing === 'off' ? [] : this.#money(account, of),
    };
  }

  #money(account: AccountState, of: (kind: MeterKind, limit: keyof Limits) => Meter[]): Meter[] {
    return [
      ...of('day', 'budgetDay'),
      ...of('month', 'budgetMonth'),
      ...(this.#billing === 'prepaid' ? [this.meters.of('balance', account.id)] : []),
    ];
  }
}

const sameLimits = (a: Limits, b: Limits): boolean =>
  a.requestsPerMinute === b.requestsPerMinute &&
  a.tokensPerMinute === b.tokensPerMinute &&
  a.concurrency === b.concurrency &&
  a.budgetDay === b.budgetDay &&
  a.budgetMonth === b.budgetMonth &&
  a.budgetDayTokens === b.budgetDayTokens &&
  a.budgetMonthTokens === b.budgetMonthTokens;
