/** What holds for every place and every moment: never later than the law, and never earlier for what came later. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlinesOf, readLaw, UNSAID } from '../../src/control/law/index.ts';

const table = readLaw();
const ON = '2026-11-23';
const DAY_MS = 86_400_000;
const STATES = [...table.jurisdictions.keys()].filter((place) => place !== 'EU');
const ANYWHERE = [...STATES, 'EU', 'FR', 'GR', 'PT', 'US-NY', 'JP', UNSAID];

const moment = fc.date({
  min: new Date('2024-01-01T00:00Z'),
  max: new Date('2036-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const place = fc.constantFrom(...ANYWHERE);
const zone = fc.constantFrom('Pacific/Kiritimati', 'Asia/Kolkata', 'America/New_York', 'Pacific/Pago_Pago');
const counting = fc.option(
  zone.map((one) => ({ zone: one })),
  { nil: {} },
);
const of = (where: string, receivedAt: Date, how = {}) => deadlinesOf(table, where, ON, receivedAt, how);
const NAMES = ['acknowledgeBy', 'respondBy', 'extendedTo', 'optOutBy', 'withdrawBy'] as const;

/** Counted by the platform's old clock, not by ours. */
const dayIn = (zoned: string, at: Date): number =>
  Date.parse(`${new Intl.DateTimeFormat('sv', { timeZone: zoned, dateStyle: 'short' }).format(at)}T00:00Z`) /
  DAY_MS;

test('a state’s answer comes on the day that its law counts to, whatever the zone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STATES), moment, counting, (where, receivedAt, how) => {
      const { respondBy } = of(where, receivedAt, how);
      const days = respondBy?.law?.count ?? 0;
      const zoned = respondBy?.zone ?? '';
      expect(dayIn(zoned, respondBy?.at ?? receivedAt) - dayIn(zoned, receivedAt)).toBe(days);
      expect(dayIn(zoned, new Date((respondBy?.at.getTime() ?? 0) + 1))).toBe(
        dayIn(zoned, receivedAt) + days + 1,
      );
    }),
    { numRuns: 200 },
  );
});

test('a month is never longer than to the day of the same number, but for days off after it', () => {
  fc.assert(
    fc.property(moment, (receivedAt) => {
      const { respondBy } = of('FR', receivedAt);
      const received = new Date(dayIn('Europe/Paris', receivedAt) * DAY_MS);
      const last = new Date(`${respondBy?.lastDay}T00:00Z`);
      const same = new Date(
        Date.UTC(received.getUTCFullYear(), received.getUTCMonth() + 1, received.getUTCDate()),
      );
      // A Friday that is a day off, with its weekend, is the most.
      expect(last.getTime() - same.getTime()).toBeLessThanOrEqual(3 * DAY_MS);
      expect([0, 6]).not.toContain(last.getUTCDay());
    }),
    { numRuns: 200 },
  );
});

test('whoever does not say where they live never waits longer than whoever does', () => {
  fc.assert(
    fc.property(place, moment, (where, receivedAt) => {
      const [theirs, unsaid] = [of(where, receivedAt), of(UNSAID, receivedAt)];
      for (const name of NAMES) {
        const [one, other] = [unsaid[name]?.at.getTime(), theirs[name]?.at.getTime()];
        expect(one ?? Infinity, name).toBeLessThanOrEqual(other ?? Infinity);
      }
    }),
    { numRuns: 100 },
  );
});

test('what comes later is due no earlier, and an extension ends no earlier than what it extends', () => {
  fc.assert(
    fc.property(
      place,
      moment,
      fc.integer({ min: 0, max: 40 * 24 * 60 }),
      counting,
      (where, first, minutes, how) => {
        const [one, other] = [
          of(where, first, how),
          of(where, new Date(first.getTime() + minutes * 60_000), how),
        ];
        for (const name of NAMES)
          expect(other[name]?.at.getTime() ?? 0, name).toBeGreaterThanOrEqual(one[name]?.at.getTime() ?? 0);
        expect(one.extendedTo?.at.getTime()).toBeGreaterThan(one.respondBy?.at.getTime() ?? 0);
        expect(one.respondBy?.at.getTime()).toBeGreaterThan(first.getTime());
      },
    ),
    { numRuns: 100 },
  );
});
