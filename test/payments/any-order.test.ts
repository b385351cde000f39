/**
 * Whatever happens in whatever order: payments, plans and their invoices, recharges, refunds, disputes, use; every event
 * late, often, out of order, several at once, and control killed in between. In the end the balance is the sum of the
 * ledger's kinds, both books tell the same, and use alone never takes a balance below zero. `KEPT_TEST_SEED` repeats a run.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grossPart, netPart } from '../../src/control/payments/cents.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { beginLives, expectTheirBooks, type Life, type Lives, PLANS } from './lives.ts';
import { expectBooksToAddUp, openShop, type Shop } from './paying.ts';
import { Rain } from './rain.ts';

/** Of several lives each. */
const BATCHES = process.env.KEPT_TEST_ALL ? 12 : 1;
const LIVES = 4;
const PATIENCE_MS = process.env.KEPT_TEST_ALL ? 3_600_000 : 900_000;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const CENT = 10_000;

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  console.log(`KEPT_TEST_SEED=${SEED}`);
  postgres = await startPostgres();
  shop = await openShop(postgres, 7, {}, PLANS);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

test('what goes back of a payment takes the same share of its credit, all of it with all of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 500, max: 50_000 }),
      fc.integer({ min: 0, max: 30_000 }),
      fc.nat(),
      (net, tax, at) => {
        const whole = { amount: net * CENT, gross: (net + tax) * CENT };
        const part = (at % (net + tax + 1)) * CENT;
        expect(netPart(0, whole)).toBe(0);
        expect(netPart(whole.gross, whole)).toBe(whole.amount);
        expect(netPart(part, whole)).toBeLessThanOrEqual(part);
        expect(netPart(part, whole)).toBeGreaterThanOrEqual(0);
        const credit = netPart(part, whole);
        expect(Math.abs(netPart(grossPart(credit, whole), whole) - credit)).toBeLessThanOrEqual(CENT);
        expect(grossPart(whole.amount, whole)).toBe(whole.gross);
      },
    ),
    { seed: SEED },
  );
});

const goesBack = fc.record({
  as: fc.constantFrom('refund', 'refund in vain', 'dispute', 'dispute won'),
  percent: fc.integer({ min: 1, max: 60 }),
});
const life: fc.Arbitrary<Life> = fc.record({
  usd: fc.integer({ min: 5, max: 100 }),
  /** Of a plan, each paid at once or after Stripe said that it is not; none: there is no plan. */
  periods: fc.array(fc.constantFrom('paid', 'paid late'), { maxLength: 3 }),
  back: fc.array(goesBack, { maxLength: 3 }),
  recharges: fc.boolean(),
  /** Micro-dollars. */
  uses: fc.array(fc.integer({ min: 1, max: 40_000_000 }), { maxLength: 4 }),
});
const batch = fc.record({
  lives: fc.array(life, { minLength: LIVES, maxLength: LIVES }),
  chance: fc.nat(),
  kills: fc.integer({ min: 1, max: process.env.KEPT_TEST_ALL ? 3 : 1 }),
  /** Stripe charges, and its answer is lost. */
  isLost: fc.boolean(),
});

test(
  'any order, repetition, lateness and concurrency of webhooks, with use and kills: both books tell the same, each event once',
  async () => {
    const property = fc.asyncProperty(batch, live);
    // A shorter life is not told sooner: the seed repeats it.
    await fc.assert(property, { seed: SEED, numRuns: BATCHES, endOnFailure: true });
  },
  PATIENCE_MS,
);

async function live({
  lives,
  chance,
  kills,
  isLost,
}: typeof batch extends fc.Arbitrary<infer B> ? B : never) {
  const before = shop.stripe.events.length;
  const all: Lives = await beginLives(shop, lives);
  const rain = new Rain(shop, all, chance);
  shop.stripe.offSession = isLost ? 'hangs' : 'succeeds';
  await rain.withKills(shop.stripe.events.slice(before), kills);
  shop.stripe.offSession = 'succeeds';
  await rain.untilTold(before);
  for (const each of all) await expectTheirBooks(shop, each);
  await expectBooksToAddUp(shop);
}
