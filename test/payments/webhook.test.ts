/** The webhook of Stripe: what is not from Stripe, or not now, changes nothing; what is, is carried out once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSql } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { signature } from '../support/stripe-standin.ts';
import { expectBooksToAddUp, openShop, type Shop } from './paying.ts';

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const post = async (body: string | Buffer, sign?: string) => {
  const answer = await fetch(`${shop.control.settings.siteUrl}/api/billing/stripe`, {
    method: 'POST',
    headers: { ...(sign !== undefined && { 'stripe-signature': sign }) },
    body,
  });
  return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code];
};
const now = () => Math.floor(Date.now() / 1000);
const events = () =>
  shop.control.sql<{ type: string; state: string }>('select type, state from stripe_event');

test('forged, stale, without a signature, of another secret, changed on the way, no event, too long: refused, and nothing is stored', async () => {
  const payer = await shop.payer('forged');
  const once = await payer.begin('25');
  const { body } = shop.stripe.pay(shop.stripe.sessionOf(once));
  const refused = [400, 'not_stripe'];
  expect(await post(body)).toEqual(refused);
  expect(await post(body, 'nonsense')).toEqual(refused);
  expect(await post(body, signature(body, now(), 'whsec_another'))).toEqual(refused);
  expect(await post(body, signature(body, now() - 301))).toEqual(refused);
  expect(await post(body.replace('2500', '9900'), signature(body, now()))).toEqual(refused);
  for (const odd of ['', '{', '[]', '{"object":"event"}', '{"id":"evt_1","type":"x","data":null}', '"evt_1"'])
    expect(await post(odd, signature(odd, now()))).toEqual(refused);
  const badId = body.replace(/"evt_\w+"/, '"evt_\\u0000; drop table payment"');
  expect(await post(badId, signature(badId, now()))).toEqual(refused);
  const long = `{"pad":"${'x'.repeat(300_000)}"}`;
  expect(await post(long, signature(long, now()))).toEqual([413, 'too_long']);
  expect(await events()).toEqual([]);
  expect(await payer.ledger()).toEqual([]);
});

test('a GET finds nothing, and without keys there is nothing at all', async () => {
  const { siteUrl } = shop.control.settings;
  expect((await fetch(`${siteUrl}/api/billing/stripe`)).status).toBe(404);
  const without = await openShop(postgres, 0, { stripe: null });
  const event = without.stripe.event('checkout.session.completed', {});
  expect(await without.tell(event)).toBe(404);
  await without.stop();
});

test('what is unknown to us is kept as ignored: types, payments, sessions without our number', async () => {
  const strange = [
    shop.stripe.event('product.created', { id: 'prod_1' }),
    shop.stripe.event('checkout.session.completed', { id: 'cs_1', client_reference_id: null }),
    shop.stripe.event('checkout.session.completed', {
      id: 'cs_2',
      client_reference_id: 'f'.repeat(32),
      payment_status: 'paid',
      payment_intent: 'pi_2',
      amount_total: 100,
      amount_subtotal: 100,
      currency: 'usd',
      total_details: { amount_tax: 0 },
    }),
  ];
  for (const event of strange) expect(await shop.tell(event)).toBe(200);
  await shop.settled();
  expect((await events()).map(({ state }) => state)).toEqual(['ignored', 'ignored', 'ignored']);
});

test('another amount, another currency, amounts that do not add up, another page with our number: nothing is booked', async () => {
  const payer = await shop.payer('odd');
  const once = await payer.begin('25');
  const session = shop.stripe.sessionOf(once);
  const told = JSON.parse(shop.stripe.pay(session).body).data.object;
  const odd = [
    { amount_total: 2400, amount_subtotal: 2400 },
    { currency: 'jpy' },
    { amount_total: 2600 },
    { amount_total: 0, amount_subtotal: 0 },
    { id: 'cs_another' },
  ].map((change) => shop.stripe.event('checkout.session.completed', { ...told, ...change }));
  for (const event of odd) expect(await shop.tell(event)).toBe(200);
  await shop.settled();
  const states = await shop.control.sql<{ state: string }>(
    'select state from stripe_event where id = any($1)',
    [odd.map(({ id }) => id)],
  );
  expect(states.map(({ state }) => state)).toEqual(odd.map(() => 'odd'));
  const negative = shop.stripe.event('checkout.session.completed', { ...told, amount_total: -2500 });
  expect(await shop.tell(negative)).toBe(200);
  await shop.settled();
  expect(await payer.balance()).toBe(0);
});

test('one event many times at once, and another that says the same: booked once, in ledger, record and mail', async () => {
  const payer = await shop.payer('often');
  const once = await payer.begin('50');
  const event = shop.stripe.pay(shop.stripe.sessionOf(once));
  const told = JSON.parse(event.body).data.object;
  const again = shop.stripe.event('checkout.session.async_payment_succeeded', told);
  const all = Array.from({ length: 40 }, (_, i) => shop.tell(i % 2 === 0 ? event : again));
  expect(new Set(await Promise.all(all))).toEqual(new Set([200]));
  await shop.settled();
  await shop.control.stop();
  await shop.control.start();
  expect(await shop.tell(event, 299)).toBe(200);
  await shop.settled();
  expect(await payer.ledger()).toEqual([['payment', 50_000_000]]);
  expect(await payer.balance()).toBe(50_000_000);
  const account = payer.account.slice(5);
  const of = (sql: string) => shop.control.sql(sql, [account]);
  expect(
    await of("select 1 from record_entry where kind = 'credit_change' and account_id = $1::uuid"),
  ).toHaveLength(1);
  expect(
    await of(
      "select 1 from mail where template = 'credit_added' and person_id in (select person_id from membership where account_id = $1::uuid)",
    ),
  ).toHaveLength(1);
  await expectBooksToAddUp(shop);
});

test('what Stripe knows of whoever paid is nowhere in our database', async () => {
  const { databaseUrl } = shop.control.settings;
  const kept = await runSql<{ all: string }>(
    databaseUrl,
    'select (select string_agg(stripe_event::text, $1) from stripe_event) || (select string_agg(payment::text, $1) from payment) as all',
    [' '],
  );
  expect(kept[0]?.all).toContain('evt_');
  expect(kept[0]?.all).not.toMatch(/canary/i);
  // What is done says nothing any more.
  expect(
    await shop.control.sql("select 1 from stripe_event where state = 'done' and content is not null"),
  ).toEqual([]);
});
