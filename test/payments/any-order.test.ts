/**
 * Whatever happens in whatever order: payments, refunds, disputes, charges, every event late, often, out of order, and control
 * killed in between. In the end the balance is the sum of the ledger's kinds, and both books tell the same.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grossPart, netPart } from '../../src/control/payments/cents.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import type { StandinEvent } from '../support/stripe-standin.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop } from './paying.ts';

const RUNS = process.env.KEPT_TEST_ALL ? 60 : 6;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const CENT = 10_000;

let postgres: TestPostgres;
let shop: Shop;
let payers = 0;

beforeAll(async () => {
  console.log(`KEPT_TEST_SEED=${SEED}`);
  postgres = await startPostgres();
  shop = await openShop(postgres, 7);
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

const step = fc.oneof(
  fc.record({ do: fc.constant('refund' as const), percent: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('failed refund' as const), percent: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('dispute' as const), won: fc.boolean() }),
  fc.record({ do: fc.constant('use' as const), microUsd: fc.integer({ min: 1, max: 4_000_000 }) }),
);
const life = fc.record({
  usd: fc.integer({ min: 5, max: 500 }),
  steps: fc.array(step, { maxLength: 5 }),
  /** Where each event goes in what is sent, and how often. */
  order: fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
  killAt: fc.option(fc.nat({ max: 10 })),
});
type Life = typeof life extends fc.Arbitrary<infer Each> ? Each : never;

test('any order and repetition of webhooks, with charges and restarts: the books tell the same as Stripe’s, each event once', async () => {
  await fc.assert(fc.asyncProperty(life, live), { seed: SEED, numRuns: RUNS, endOnFailure: RUNS < 10 });
  await expectBooksToAddUp(shop);
}, 600_000);

async function live({ usd, steps, order, killAt }: Life): Promise<void> {
  const payer = await shop.payer(`life-${++payers}`);
  const once = await payer.begin(String(usd));
  const session = shop.stripe.sessionOf(once);
  const events = [shop.stripe.pay(session)];
  const intent = session.intent ?? '';
  const gross = session.cents + session.taxCents;
  let returned = 0;
  let used = 0;
  for (const each of steps) {
    if (each.do === 'use') {
      used += await use(payer, each.microUsd);
    } else if (each.do === 'dispute') {
      const dispute = shop.stripe.dispute(intent, gross);
      events.push(dispute.withdrawn, ...(each.won ? [dispute.reinstate()] : []));
      returned += each.won ? 0 : gross;
    } else {
      const cents = Math.floor((gross * each.percent) / 100);
      events.push(shop.stripe.refund(intent, cents));
      const [made] = [...shop.stripe.refunds.values()].slice(-1);
      if (each.do === 'failed refund' && made) events.push(shop.stripe.failRefund(made));
      else returned += cents;
    }
  }
  await sendInOrder(events, order, killAt);
  const whole = { amount: session.cents * CENT, gross: gross * CENT };
  expect(await payer.balance()).toBe(whole.amount - netPart(returned * CENT, whole) - used);
  const kinds = (await payer.ledger()).filter(([kind]) => kind === 'payment');
  expect(kinds).toEqual([['payment', whole.amount]]);
}

/** In the order that `order` draws, some more than once, those that are left out at the end; with a restart at `killAt`. */
async function sendInOrder(
  events: readonly StandinEvent[],
  order: readonly number[],
  killAt: number | null,
): Promise<void> {
  const drawn = order.map((at) => events[at % events.length] as StandinEvent);
  const all = [...drawn, ...[...events].reverse()];
  for (const [at, event] of all.entries()) {
    if (at === killAt) {
      await shop.control.stop();
      await shop.control.start();
    }
    expect(await shop.tell(event)).toBe(200);
  }
  // What came before its payment is tried again later; a test does not wait.
  for (let round = 0; round < 3; round++) {
    await shop.settled();
    await shop.control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
    expect(await shop.tell(shop.stripe.event('product.updated', { id: 'prod_1' }))).toBe(200);
    await shop.settled();
  }
  expect(await shop.control.sql("select 1 from stripe_event where state in ('stored', 'odd')")).toEqual([]);
}

async function use(payer: Payer, microUsd: number): Promise<number> {
  const made = await shop.control.admin('POST', `/accounts/${payer.account}/keys`, { name: 'any' });
  const gateway = await shop.control.gateway();
  await gateway.records([usage(payer.account.slice(5), made.body.id.slice(4), microUsd)]);
  gateway.close();
  return microUsd;
}
