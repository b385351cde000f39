/** Control killed while webhooks rain: what was acknowledged is booked, once, whatever the moment. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ControlProcess } from '../support/control-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';
import type { StandinEvent } from '../support/stripe-standin.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop } from './paying.ts';

const KILLS = process.env.KEPT_TEST_ALL ? 25 : 3;
const PAYMENTS = 12;

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 19);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

test('killed at any moment: each payment and refund is booked once, with one entry in the record and one mail', async () => {
  const random = seeded();
  const payer = await shop.payer('killed');
  const events: StandinEvent[] = [];
  for (let i = 0; i < PAYMENTS; i++) {
    const session = shop.stripe.sessionOf(await payer.begin('20'));
    events.push(shop.stripe.pay(session), shop.stripe.refund(session.intent ?? '', 1190));
  }
  await shop.control.stop();
  for (let round = 0; round < KILLS; round++) await rain(events, random);
  await shop.control.start();
  for (const event of events) expect(await shop.tell(event)).toBe(200);
  for (let round = 0; round < 3; round++) {
    await shop.settled();
    await shop.control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
    await shop.tell(shop.stripe.event('product.updated', { id: 'prod_1' }));
  }
  await shop.settled();
  const ledger = await payer.ledger();
  const of = (kind: string) => ledger.filter(([each]) => each === kind).map(([, amount]) => amount);
  expect(of('payment')).toEqual(Array(PAYMENTS).fill(20_000_000));
  expect(of('refund')).toEqual(Array(PAYMENTS).fill(-10_000_000));
  expect(await payer.balance()).toBe(PAYMENTS * 10_000_000);
  const count = async (what: string) => (await shop.control.sql(what)).length;
  expect(await count("select 1 from record_entry where kind = 'credit_change' and index is not null")).toBe(
    2 * PAYMENTS,
  );
  expect(await count("select 1 from mail where template = 'credit_added'")).toBe(PAYMENTS);
  await expectBooksToAddUp(shop);
}, 300_000);

test('killed at any moment of a recharge: Stripe charges each once, and each charge is booked once', async () => {
  const random = seeded();
  const payer = await shop.payer('recharged');
  const place = `/console/${payer.account}/credit`;
  const once = randomUUID();
  await payer.post(`${place}/buy`, { once, amount: '20', keep: 'yes' });
  await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', ''))));
  await shop.settled();
  const bounds = { threshold: '10', amount: '20', month: '5000', agreed: 'yes' };
  expect((await payer.post(`${place}/recharge`, { do: 'choose', ...bounds })).status).toBe(303);
  await shop.control.stop();
  // A look begins with the start: each other time there is something to buy, or to go on with.
  for (let round = 0; round < 2 * KILLS; round++) {
    const process = new ControlProcess(shop.control.settings);
    expect(await process.start()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    if (round % 2 === 0) await spendTo(payer, 5_000_000);
    await process.end('SIGKILL');
  }
  await shop.control.sql('update recharge set next_at = now()');
  await shop.control.start();
  await expect.poll(() => payer.balance(), { timeout: 20_000 }).toBeGreaterThanOrEqual(10_000_000);
  expect(await shop.control.sql("select 1 from payment where state = 'open' and way = 'recharge'")).toEqual(
    [],
  );
  const numbers = [...shop.stripe.intents.values()].map(({ metadata }) => metadata.payment);
  expect(new Set(numbers).size).toBe(numbers.length);
  const paid = await shop.control.sql(
    "select replace(id::text, '-', '') as id from payment where state = 'paid'",
  );
  expect(paid.map(({ id }) => id).sort()).toEqual(numbers.sort());
  await expectBooksToAddUp(shop);
}, 300_000);

async function spendTo(payer: Payer, left: number): Promise<void> {
  const over = (await payer.balance()) - left;
  const amount = `-${over / 1_000_000}`;
  if (over > 0)
    await shop.control.admin('POST', `/accounts/${payer.account}/credit`, { amount, reason: 'a test' });
}

/** Events in a drawn order until a drawn number of them was taken; then the process is killed at once. */
async function rain(events: readonly StandinEvent[], random: () => number): Promise<void> {
  const process = new ControlProcess(shop.control.settings);
  expect(await process.start()).toBe(true);
  let left = 1 + Math.floor(random() * events.length);
  const drop = async () => {
    while (left > 0) {
      const event = events[Math.floor(random() * events.length)] as StandinEvent;
      // What a kill cut off says nothing.
      await shop.tell(event).catch(() => 0);
      left--;
    }
  };
  await Promise.all([drop(), drop(), drop(), drop()]);
  await new Promise((resolve) => setTimeout(resolve, random() * 60));
  await process.end('SIGKILL');
}
