/** Plans: each paid period brings its credit once, in any order; ended in one click; paused while somebody leaves. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop } from './paying.ts';

const USD = 1_000_000;
const PLANS = [
  { id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 22 * USD },
  { id: 'year', name: 'Whole year', every: 'year', price: 200 * USD, credit: 240 * USD },
] as const;

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 19, {}, PLANS);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const place = ({ account }: Payer) => `/console/${account}/credit/plan`;
const begin = (payer: Payer, plan = 'start', once: string = randomUUID(), agreed = 'yes') =>
  payer.post(place(payer), { do: 'begin', once, plan, agreed });
const rowOf = async ({ account }: Payer) =>
  (
    await shop.control.sql<{ state: string; ends: boolean; paused: boolean }>(
      `select state, ends_then as ends, is_paused as paused from plan_subscription
       where account_id = $1::uuid order by asked_at desc limit 1`,
      [account.slice(5)],
    )
  )[0];
const tellAll = async (events: Parameters<Shop['tell']>[0][]) => {
  for (const event of events) expect(await shop.tell(event)).toBe(200);
  await shop.settled();
};

/** Subscribed and paid for; Stripe has told nothing yet. Answers what it has to tell. */
async function subscribed(payer: Payer, plan = 'start') {
  const once = randomUUID();
  const answer = await begin(payer, plan, once);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const reference = once.replaceAll('-', '');
  const before = shop.stripe.events.length;
  shop.stripe.pay(shop.stripe.sessionOf(reference));
  return { events: shop.stripe.events.slice(before), of: shop.stripe.subscriptionOf(reference) };
}

test('no consent, no such plan, somebody else’s account, a foreign origin: refused, and Stripe hears nothing', async () => {
  const [payer, other] = [await shop.payer('planless'), await shop.payer('stranger')];
  const before = shop.stripe.calls.length;
  expect((await begin(payer, 'start', randomUUID(), '')).status).toBe(400);
  expect((await begin(payer, 'none')).status).toBe(404);
  expect((await begin(payer, 'start', 'x')).status).toBe(400);
  const theirs = await other.post(place(payer), {
    do: 'begin',
    once: randomUUID(),
    plan: 'start',
    agreed: 'yes',
  });
  expect(theirs.status).toBe(404);
  expect((await other.post(place(payer), { do: 'end' })).status).toBe(404);
  expect((await payer.post(place(payer), { do: 'end' })).status).toBe(409);
  const foreign = await fetch(shop.control.settings.siteUrl + place(payer), {
    method: 'POST',
    headers: { cookie: payer.cookie, origin: 'https://elsewhere.example' },
    body: new URLSearchParams({ do: 'begin', once: randomUUID(), plan: 'start', agreed: 'yes' }),
  });
  expect([400, 403]).toContain(foreign.status);
  expect(shop.stripe.calls.length).toBe(before);
});

test('without plans in the configuration there is no page, and none is offered', async () => {
  const without = await openShop(postgres, 0, {});
  const payer = await without.payer('nothing-offered');
  const { siteUrl } = without.control.settings;
  const ask = (path: string) => fetch(siteUrl + path, { headers: { cookie: payer.cookie } });
  expect((await ask(place(payer))).status).toBe(404);
  expect(await (await ask(`/console/${payer.account}/credit`)).text()).not.toMatch(/\bplans?\b/i);
  await without.stop();
});

test('a period brings its credit once, with the price and tax of Stripe’s, in any order, repeated', async () => {
  const payer = await shop.payer('subscriber');
  const { events, of } = await subscribed(payer);
  await tellAll([...events].reverse());
  await shop.control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
  await tellAll(events);
  expect(await payer.ledger()).toEqual([['plan', 22 * USD]]);
  expect(await rowOf(payer)).toEqual({ state: 'active', ends: false, paused: false });
  await tellAll(shop.stripe.renew(of));
  expect(await payer.ledger()).toEqual([
    ['plan', 22 * USD],
    ['plan', 22 * USD],
  ]);
  const paid = await shop.control.sql(
    `select gross_microusd as gross, net_microusd as net, tax_microusd as tax from payment
     where account_id = $1::uuid`,
    [payer.account.slice(5)],
  );
  expect(paid).toEqual(Array(2).fill({ gross: '23800000', net: '20000000', tax: '3800000' }));
  const sent = shop.stripe.calls.filter(({ call }) => call === 'POST /v1/checkout/sessions').at(-1)?.sent;
  expect(sent).not.toMatch(/example\.org|subscriber/);
  expect((await begin(payer)).status).toBe(409);
  await expectBooksToAddUp(shop);
});

test('other amounts, another currency, another subscription with our number: nothing is booked', async () => {
  const payer = await shop.payer('odd-plan');
  const { events } = await subscribed(payer);
  const paid = events.find(({ type }) => type === 'invoice.paid');
  const told = JSON.parse(paid?.body ?? '').data.object;
  await tellAll(events.filter(({ type }) => type !== 'invoice.paid'));
  const odd = [
    { id: 'in_1', total_excluding_tax: 1900 },
    { id: 'in_2', currency: 'jpy' },
    { id: 'in_3', amount_paid: 100 },
    {
      id: 'in_4',
      parent: {
        subscription_details: { ...told.parent.subscription_details, subscription: 'sub_another' },
      },
    },
  ].map((change) => shop.stripe.event('invoice.paid', { ...told, ...change }));
  await tellAll(odd);
  const states = await shop.control.sql<{ state: string }>(
    'select state from stripe_event where id = any($1)',
    [odd.map(({ id }) => id)],
  );
  expect(states.map(({ state }) => state)).toEqual(odd.map(() => 'odd'));
  expect(await payer.balance()).toBe(0);
});

test('a refund of a period takes the share of its credit, also where it is told before the period', async () => {
  const payer = await shop.payer('refunded-plan');
  const { events } = await subscribed(payer);
  const invoice = [...shop.stripe.invoices.values()].at(-1);
  const refund = shop.stripe.refund(invoice?.intent ?? '', 1190);
  await tellAll([refund, ...events]);
  await shop.control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
  await tellAll([refund]);
  await expect.poll(() => payer.balance(), { timeout: 20_000 }).toBe(11 * USD);
  await expectBooksToAddUp(shop);
}, 40_000);

test('ended in one click at the end of what is paid, kept again in one click; the credit stays', async () => {
  const payer = await shop.payer('ending');
  const { events, of } = await subscribed(payer, 'year');
  await tellAll(events);
  expect((await payer.post(place(payer), { do: 'end' })).status).toBe(303);
  expect(await rowOf(payer)).toEqual({ state: 'active', ends: true, paused: false });
  expect(of.cancelAtEnd).toBe(true);
  expect((await payer.post(place(payer), { do: 'keep' })).status).toBe(303);
  expect(of.cancelAtEnd).toBe(false);
  await payer.post(place(payer), { do: 'end' });
  const late = shop.stripe.events.filter(({ type }) => type === 'customer.subscription.updated').slice(-3);
  await tellAll(shop.stripe.renew(of));
  await tellAll([...late].reverse());
  expect((await rowOf(payer))?.state).toBe('ended');
  expect(await payer.balance()).toBe(240 * USD);
  expect((await begin(payer)).status).toBe(200);
});

test('an invoice that is not paid brings nothing; paid later, its credit, once', async () => {
  const payer = await shop.payer('late');
  const { events, of } = await subscribed(payer);
  await tellAll(events);
  await tellAll(shop.stripe.renew(of, false));
  expect(await rowOf(payer)).toEqual({ state: 'unpaid', ends: false, paused: false });
  expect(await payer.balance()).toBe(22 * USD);
  const invoice = [...shop.stripe.invoices.values()].at(-1);
  if (invoice === undefined) throw new Error('no invoice');
  const paid = shop.stripe.payInvoice(invoice);
  await tellAll([...paid, ...paid]);
  expect(await payer.balance()).toBe(44 * USD);
});

test('a deletion that is asked for pauses it, and what is open is not charged any more; taken back, it goes on', async () => {
  const payer = await shop.payer('leaving');
  const { events, of } = await subscribed(payer);
  await tellAll(events);
  await tellAll(shop.stripe.renew(of, false));
  await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'after grace' });
  await expect.poll(() => of.isPaused, { timeout: 25_000 }).toBe(true);
  await expect.poll(async () => (await rowOf(payer))?.paused, { timeout: 5_000 }).toBe(true);
  expect([...shop.stripe.invoices.values()].at(-1)?.status).toBe('void');
  await tellAll(shop.stripe.renew(of));
  expect(await payer.balance()).toBe(22 * USD);
  expect((await payer.post('/console/leaving', { do: 'stay' })).status).toBe(303);
  await expect.poll(() => of.isPaused, { timeout: 25_000 }).toBe(false);
  await tellAll(shop.stripe.renew(of));
  expect(await payer.balance()).toBe(44 * USD);
}, 90_000);

test('Stripe’s own pages: an address for each click, for whom it is, and not before anything is there', async () => {
  const payer = await shop.payer('portal');
  const open = () => payer.post(`/console/${payer.account}/credit/portal`, {});
  expect((await open()).status).toBe(409);
  await payer.begin('10');
  const pages = await Promise.all([open(), open()].map(async (answer) => (await answer).text()));
  const urls = pages.map((page) => /\/portal\/p_\w+/.exec(page)?.[0]);
  expect(new Set(urls).size).toBe(2);
  expect(urls).not.toContain(undefined);
  await shop.control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await open()).status).toBe(403);
  await shop.control.sql('update session set authenticated_at = now()');
});
