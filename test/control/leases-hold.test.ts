/**
 * Limits hold over all gateways: whatever they ask for, spend, give back, and however gateways and control die and
 * come back, what is used and held never exceeds a limit. A model with the gateways' own books checks every step.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Held, Leases } from '../../src/control/limits/leases.ts';
import { budgetWindow, isBudget } from '../../src/control/limits/windows.ts';
import type { Meter, MeterKind } from '../../src/link/words.ts';

const ACCOUNT = 'a'.repeat(32);
const KEY = 'b'.repeat(32);
const NOW = Date.UTC(2026, 4, 31, 23, 58, 30);
const MONEY = ['balance', 'day', 'month'] as const;
const BUDGETS_IN_TOKENS = ['day_tokens', 'month_tokens'] as const;
const KINDS: readonly MeterKind[] = ['concurrency', 'requests', 'tokens', ...MONEY, ...BUDGETS_IN_TOKENS];
const MINUTES: ReadonlySet<MeterKind> = new Set(['requests', 'tokens']);

const isBudgetInTokens = (kind: MeterKind): boolean => kind === 'day_tokens' || kind === 'month_tokens';

/** What a gateway believes it holds of a meter. */
interface Share {
  units: number;
  windowEndsAt: number;
}

/** The world outside of control: gateways that keep their own books, and a database that remembers records. */
class World {
  now = NOW;
  limits: Record<MeterKind, number>;
  leases: Leases;
  readonly gateways = new Map<number, Map<MeterKind, Share>>();
  /** Committed records. */
  readonly records: { startedAt: number; price: number; promptTokens: number }[] = [];
  /** Requests and tokens of gateways that died, as their records say. */
  readonly minutes: { kind: MeterKind; at: number; windowEndsAt: number; units: number }[] = [];

  constructor(limits: Record<MeterKind, number>) {
    this.limits = limits;
    this.leases = this.newLeases();
  }

  newLeases(): Leases {
    return new Leases(({ kind }) => this.limits[kind]);
  }

  meter(kind: MeterKind): Meter {
    return { kind, of: ACCOUNT };
  }

  shares(gateway: number): Map<MeterKind, Share> {
    let shares = this.gateways.get(gateway);
    if (shares === undefined) {
      shares = new Map();
      this.gateways.set(gateway, shares);
    }
    for (const [kind, share] of shares) {
      if (share.windowEndsAt !== 0 && share.windowEndsAt <= this.now) shares.delete(kind);
    }
    return shares;
  }

  want(gateway: number, kind: MeterKind, need: number): void {
    const shares = this.shares(gateway);
    const meter = this.meter(kind);
    let grant = this.leases.want(`${gateway}`, meter, need, this.now);
    if (grant === null) {
      const window = this.leases.unread(meter, this.now);
      expect(window).not.toBeNull();
      if (window === null) return;
      this.leases.useRead(
        meter,
        window,
        this.readFromDatabase(kind, window.startsAt, window.endsAt),
        this.now,
      );
      grant = this.leases.want(`${gateway}`, meter, need, this.now);
    }
    expect(grant).not.toBeNull();
    if (grant === null || grant.units === 0) return;
    expect(grant.units).toBeGreaterThanOrEqual(need);
    const held = shares.get(kind)?.units ?? 0;
    shares.set(kind, { units: held + grant.units, windowEndsAt: grant.windowEndsAt });
  }

  give(gateway: number, kind: MeterKind, part: number): void {
    const share = this.shares(gateway).get(kind);
    if (share === undefined) return;
    const units = Math.floor(share.units * part);
    share.units -= units;
    this.leases.give(
      `${gateway}`,
      { meter: this.meter(kind), units, windowEndsAt: share.windowEndsAt },
      this.now,
    );
  }

  /** A request that takes from what the gateway holds of money or of budgets in tokens, and is recorded. */
  spend(gateway: number, part: number): void {
    const price = this.#take(gateway, MONEY, part);
    const promptTokens = this.#take(gateway, BUDGETS_IN_TOKENS, part);
    const record = {
      account: ACCOUNT,
      key: KEY,
      startedAt: this.now,
      price,
      promptTokens,
      completionTokens: 0,
    };
    this.records.push(record);
    this.limits.balance -= price;
    this.leases.spend(`${gateway}`, record, true, this.now);
  }

  /** The same of each, a part of what there is; 0 where one is not held. */
  #take(gateway: number, kinds: readonly MeterKind[], part: number): number {
    const shares = kinds.map((kind) => this.shares(gateway).get(kind));
    const units = Math.floor(Math.min(...shares.map((share) => share?.units ?? 0)) * part);
    for (const share of shares) if (share !== undefined) share.units -= units;
    return units;
  }

  spentSince(what: 'price' | 'promptTokens', from: number, to: number): number {
    return this.records
      .filter(({ startedAt }) => startedAt >= from && startedAt < to)
      .reduce((sum, record) => sum + record[what], 0);
  }

  readFromDatabase(kind: MeterKind, from: number, to: number): number {
    if (!MINUTES.has(kind))
      return this.spentSince(isBudgetInTokens(kind) ? 'promptTokens' : 'price', from, to);
    return this.minutes
      .filter((used) => used.kind === kind && used.at >= from && used.at < to)
      .reduce((sum, { units }) => sum + units, 0);
  }

  /** The gateway's process is gone; what it held of a minute it may have used. */
  die(gateway: number): void {
    const shares = this.shares(gateway);
    for (const [kind, { units, windowEndsAt }] of shares) {
      if (MINUTES.has(kind)) this.minutes.push({ kind, at: this.now, windowEndsAt, units });
    }
    this.gateways.delete(gateway);
    this.leases.free(`${gateway}`);
  }

  /** The link broke; the gateway says what it holds. */
  reconnect(gateway: number): void {
    const held: Held[] = [...this.shares(gateway)].map(([kind, share]) => ({
      meter: this.meter(kind),
      ...share,
    }));
    this.leases.hold(`${gateway}`, held, this.now);
  }

  /** Control starts anew: it knows the database, and waits for every gateway before it grants. */
  restart(): void {
    this.leases = this.newLeases();
    if (this.minutes.some(({ at }) => at > this.now - 60_000))
      this.leases.readMinutesFirst(this.now + 60_000);
    for (const gateway of this.gateways.keys()) this.reconnect(gateway);
  }

  check(): void {
    for (const kind of KINDS) {
      let held = 0;
      for (const gateway of this.gateways.keys()) held += this.shares(gateway).get(kind)?.units ?? 0;
      if (isBudget(kind)) {
        const window = budgetWindow(kind, this.now);
        held += this.readFromDatabase(kind, window.startsAt, window.endsAt);
      }
      for (const used of this.minutes)
        if (used.kind === kind && used.windowEndsAt > this.now) held += used.units;
      expect(held, `${kind} is not exceeded`).toBeLessThanOrEqual(this.limits[kind]);
    }
  }
}

/** What a run is about: few meters, so that steps meet. */
const FOCUSES: readonly (readonly MeterKind[])[] = [
  ['requests'],
  ['tokens'],
  ['concurrency'],
  MONEY,
  BUDGETS_IN_TOKENS,
];

type Step =
  | { readonly what: 'want'; readonly gateway: number; readonly need: number }
  | { readonly what: 'give' | 'spend'; readonly gateway: number; readonly part: number }
  | { readonly what: 'die' | 'reconnect'; readonly gateway: number }
  | { readonly what: 'restart' | 'prune' }
  | { readonly what: 'wait'; readonly ms: number };

const gateway = fc.nat(2);
const part = fc.constantFrom(0, 0.3, 0.5, 1);
const always = <W extends string>(word: W) => fc.constant(word);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: always('want'), gateway, need: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ what: always('spend'), gateway, part }) },
  { weight: 2, arbitrary: fc.record({ what: always('give'), gateway, part }) },
  { weight: 2, arbitrary: fc.record({ what: always('die'), gateway }) },
  { weight: 1, arbitrary: fc.record({ what: always('reconnect'), gateway }) },
  { weight: 1, arbitrary: fc.record({ what: always('restart') }) },
  { weight: 1, arbitrary: fc.record({ what: always('prune') }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: always('wait'), ms: fc.constantFrom(1, 20_000, 59_999, 60_000) }),
  },
);

function take(world: World, focus: readonly MeterKind[], step: Step): void {
  if (step.what === 'want') for (const kind of focus) world.want(step.gateway, kind, step.need);
  else if (step.what === 'give') for (const kind of focus) world.give(step.gateway, kind, step.part);
  else if (step.what === 'spend') world.spend(step.gateway, step.part);
  else if (step.what === 'die') world.die(step.gateway);
  else if (step.what === 'reconnect') world.reconnect(step.gateway);
  else if (step.what === 'restart') world.restart();
  else if (step.what === 'wait') world.now += step.ms;
  else world.leases.prune(world.now);
}

test('limits are never exceeded by what gateways hold and have used', () => {
  const limit = fc.nat(120);
  fc.assert(
    fc.property(
      fc.record({
        balance: limit,
        concurrency: limit,
        requests: limit,
        tokens: limit,
        day: limit,
        month: limit,
        day_tokens: limit,
        month_tokens: limit,
      }),
      fc.constantFrom(...FOCUSES),
      fc.array(step, { minLength: 10, maxLength: 60 }),
      (limits, focus, steps) => {
        const world = new World(limits);
        for (const each of steps) {
          take(world, focus, each);
          world.check();
        }
        expect(world.limits.balance).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: process.env.KEPT_TEST_ALL ? 50_000 : 3_000 },
  );
}, 120_000);

test('what one gateway holds and does not use is at most the stated chunk', () => {
  const leases = new Leases(({ kind }) => (kind === 'balance' ? 10_000_000 : 160));
  const money = leases.want('one', { kind: 'balance', of: ACCOUNT }, 1, NOW);
  expect(money).toMatchObject({ units: 250_000, limit: 10_000_000, left: 9_750_000 });
  const slots = leases.want('one', { kind: 'concurrency', of: ACCOUNT }, 1, NOW);
  expect(slots).toMatchObject({ units: 10, limit: 160, left: 150 });
});

test('a refusal says what is left, also when it is less than nothing', () => {
  let balance = 1_000;
  const leases = new Leases(() => balance);
  const meter: Meter = { kind: 'balance', of: ACCOUNT };
  expect(leases.want('one', meter, 1_000, NOW)).toMatchObject({ units: 1_000, left: 0 });
  expect(leases.want('two', meter, 1, NOW)).toEqual({ units: 0, limit: 1_000, left: 0, windowEndsAt: 0 });
  balance = 400;
  expect(leases.want('two', meter, 1, NOW)).toEqual({ units: 0, limit: 400, left: -600, windowEndsAt: 0 });
});

test('units of a minute that has ended are worth nothing, given back or held', () => {
  const leases = new Leases(() => 100);
  const meter: Meter = { kind: 'requests', of: KEY };
  const first = leases.want('one', meter, 100, NOW);
  expect(first).toMatchObject({ units: 100, windowEndsAt: NOW + 60_000 });
  expect(leases.want('two', meter, 1, NOW + 59_999)).toMatchObject({ units: 0, windowEndsAt: NOW + 60_000 });
  expect(leases.want('two', meter, 90, NOW + 60_000)).toMatchObject({
    units: 90,
    windowEndsAt: NOW + 120_000,
  });
  expect(leases.want('one', meter, 7, NOW + 60_000)).toMatchObject({ units: 7, left: 3 });
  leases.give('one', { meter, units: 100, windowEndsAt: NOW + 60_000 }, NOW + 60_001);
  expect(leases.want('one', meter, 4, NOW + 60_002)).toMatchObject({ units: 0, left: 3 });
  leases.hold('one', [{ meter, units: 100, windowEndsAt: NOW + 60_000 }], NOW + 60_003);
  expect(leases.want('one', meter, 11, NOW + 60_004)).toMatchObject({ units: 0, left: 10 });
});

test('a budget counts what the day’s records cost, not what was asked for', () => {
  const leases = new Leases(() => 1_000);
  const meter: Meter = { kind: 'day', of: ACCOUNT };
  const window = budgetWindow('day', NOW);
  const { endsAt } = window;
  expect(leases.want('one', meter, 10, NOW)).toBeNull();
  leases.useRead(meter, window, 300, NOW);
  expect(leases.want('one', meter, 700, NOW)).toMatchObject({ units: 700, left: 0, windowEndsAt: endsAt });
  leases.spend(
    'one',
    { account: ACCOUNT, key: KEY, startedAt: NOW, price: 500, promptTokens: 0, completionTokens: 0 },
    true,
    NOW,
  );
  leases.give('one', { meter, units: 200, windowEndsAt: endsAt }, NOW);
  expect(leases.want('one', meter, 201, NOW)).toMatchObject({ units: 0, left: 200 });
  leases.unspend(
    { account: ACCOUNT, key: KEY, startedAt: NOW, price: 500, promptTokens: 0, completionTokens: 0 },
    NOW,
  );
  expect(leases.want('one', meter, 700, NOW)).toMatchObject({ units: 700, left: 0 });
});
