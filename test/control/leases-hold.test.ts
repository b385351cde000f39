/**
 * Limits hold over all gateways: whatever they ask for, spend, give back, and however gateways and control die and
 * come back, what is used and held never exceeds a limit. A model with the gateways' own books checks every step.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Held, Leases } from '../../src/control/limits/leases.ts';
import { budgetWindow } from '../../src/control/limits/windows.ts';
import type { Meter, MeterKind } from '../../src/link/words.ts';

const ACCOUNT = 'a'.repeat(32);
const KEY = 'b'.repeat(32);
const NOW = Date.UTC(2026, 4, 31, 23, 58, 30);
const KINDS: readonly MeterKind[] = ['balance', 'concurrency', 'requests', 'tokens', 'day', 'month'];
const MONEY: ReadonlySet<MeterKind> = new Set(['balance', 'day', 'month']);
const MINUTES: ReadonlySet<MeterKind> = new Set(['requests', 'tokens']);

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
  readonly records: { startedAt: number; price: number }[] = [];
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

  /** A request that is paid from what the gateway holds of every kind of money, and recorded. */
  spend(gateway: number, part: number): void {
    const shares = this.shares(gateway);
    const money = ['balance', 'day', 'month'].map((kind) => shares.get(kind as MeterKind));
    if (money.some((share) => share === undefined)) return;
    const price = Math.floor(Math.min(...money.map((share) => share?.units ?? 0)) * part);
    for (const share of money) if (share !== undefined) share.units -= price;
    const record = { account: ACCOUNT, key: KEY, startedAt: this.now, price };
    this.records.push(record);
    this.limits.balance -= price;
    this.leases.spend(`${gateway}`, record, true, this.now);
  }

  spentSince(from: number, to: number): number {
    return this.records
      .filter(({ startedAt }) => startedAt >= from && startedAt < to)
      .reduce((sum, { price }) => sum + price, 0);
  }

  readFromDatabase(kind: MeterKind, from: number, to: number): number {
    if (!MINUTES.has(kind)) return this.spentSince(from, to);
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
      if (kind === 'day' || kind === 'month') {
        const window = budgetWindow(kind, this.now);
        held += this.spentSince(window.startsAt, window.endsAt);
      }
      for (const used of this.minutes)
        if (used.kind === kind && used.windowEndsAt > this.now) held += used.units;
      expect(held, `${kind} is not exceeded`).toBeLessThanOrEqual(this.limits[kind]);
    }
  }
}

const gateway = fc.nat(3);
const kind = fc.constantFrom(...KINDS);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('want' as const), gateway, kind, fc.nat(400)) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant('spend' as const), gateway, fc.double({ min: 0, max: 1, noNaN: true })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('give' as const),
      gateway,
      kind,
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('die' as const), gateway) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('reconnect' as const), gateway) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('restart' as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('wait' as const), fc.nat(70_000)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('prune' as const)) },
);

test('limits are never exceeded by what gateways hold and have used', () => {
  fc.assert(
    fc.property(
      fc.record({
        balance: fc.nat(5_000),
        concurrency: fc.nat(300),
        requests: fc.nat(300),
        tokens: fc.nat(5_000),
        day: fc.nat(3_000),
        month: fc.nat(4_000),
      }),
      fc.array(step, { maxLength: 120 }),
      (limits, steps) => {
        const world = new World(limits);
        for (const [what, ...given] of steps) {
          const [first, second, third] = given as [number, MeterKind, number];
          if (what === 'want') world.want(first, second, third);
          else if (what === 'spend') world.spend(first, second as unknown as number);
          else if (what === 'give') world.give(first, second, third);
          else if (what === 'die') world.die(first);
          else if (what === 'reconnect') world.reconnect(first);
          else if (what === 'restart') world.restart();
          else if (what === 'prune') world.leases.prune(world.now);
          else world.now += first;
          world.check();
        }
        for (const money of MONEY) expect(world.limits[money]).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: process.env.KEPT_TEST_ALL ? 20_000 : 1_500 },
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
  const second = leases.want('two', meter, 95, NOW + 60_000);
  expect(second).toMatchObject({ units: 95, windowEndsAt: NOW + 120_000 });
  leases.give('one', { meter, units: 100, windowEndsAt: NOW + 60_000 }, NOW + 60_001);
  leases.hold('one', [{ meter, units: 100, windowEndsAt: NOW + 60_000 }], NOW + 60_001);
  expect(leases.want('one', meter, 6, NOW + 60_002)).toMatchObject({ units: 0, left: 5 });
});

test('a budget counts what the day’s records cost, not what was asked for', () => {
  const leases = new Leases(() => 1_000);
  const meter: Meter = { kind: 'day', of: ACCOUNT };
  const window = budgetWindow('day', NOW);
  const { endsAt } = window;
  expect(leases.want('one', meter, 10, NOW)).toBeNull();
  leases.useRead(meter, window, 300, NOW);
  expect(leases.want('one', meter, 700, NOW)).toMatchObject({ units: 700, left: 0, windowEndsAt: endsAt });
  leases.spend('one', { account: ACCOUNT, key: KEY, startedAt: NOW, price: 500 }, true, NOW);
  leases.give('one', { meter, units: 200, windowEndsAt: endsAt }, NOW);
  expect(leases.want('one', meter, 201, NOW)).toMatchObject({ units: 0, left: 200 });
  leases.unspend({ account: ACCOUNT, key: KEY, startedAt: NOW, price: 500 }, NOW);
  expect(leases.want('one', meter, 700, NOW)).toMatchObject({ units: 700, left: 0 });
});
