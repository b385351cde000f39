/** Every call that we make of Stripe is one that Stripe has: made of the stand-in first, then sent to stripe-mock. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startStripeMock } from '../support/stripe-mock.ts';
import { STRIPE_KEYS } from '../support/stripe-standin.ts';
import { CALLS, nameOfCall } from '../support/stripe-wire.ts';
import { openShop, type Payer, type Shop, wakeRecharges } from './paying.ts';

const USD = 1_000_000;
const PLANS = [{ id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 22 * USD }] as const;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

type Calls = readonly { readonly call: string; readonly sent: string }[];

/** With Stripe Tax and without. */
async function callsOf(taxPercent: number): Promise<Calls> {
  const shop = await openShop(postgres, taxPercent, {}, PLANS);
  const payer = await shop.payer('whole-life');
  const once = await payer.begin('25');
  const session = shop.stripe.sessionOf(once);
  await shop.tell(shop.stripe.pay(session));
  await shop.settled();
  await payer.begin('50');
  const { siteUrl } = shop.control.settings;
  const receipt = `${siteUrl}/console/${payer.account}/credit/payments/${once}/receipt`;
  await fetch(receipt, { headers: { cookie: payer.cookie }, redirect: 'manual' });
  await recharge(shop, payer);
  const of = await subscribe(shop, payer);
  await shop.control.admin('POST', '/billing/reconcile');
  await payer.post('/console/profile/delete', {});
  await payer.post('/console/leaving', { do: 'refund' });
  await expect.poll(() => of.isPaused, { timeout: 25_000 }).toBe(true);
  await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'now' });
  await shop.control.stop();
  await shop.control.sql('update outbox set next_at = now()');
  await shop.control.start();
  const isOver = () => shop.stripe.calls.some(({ call }) => call.startsWith('DELETE'));
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  await shop.stop();
  return shop.stripe.calls;
}

/** Begun, ended, kept; an invoice of it is open; and Stripe's own pages were opened. */
async function subscribe({ stripe, tell, settled }: Shop, payer: Payer) {
  const place = `/console/${payer.account}/credit`;
  const once = randomUUID();
  await payer.post(`${place}/plan`, { do: 'begin', once, plan: 'start', agreed: 'yes' });
  const before = stripe.events.length;
  stripe.pay(stripe.sessionOf(once.replaceAll('-', '')));
  for (const event of stripe.events.slice(before)) await tell(event);
  await settled();
  await payer.post(`${place}/plan`, { do: 'end' });
  await payer.post(`${place}/plan`, { do: 'keep' });
  await payer.post(`${place}/portal`, {});
  const of = stripe.subscriptionOf(once.replaceAll('-', ''));
  stripe.renew(of, false);
  return of;
}

/** Once it works, then an answer is lost, then the bank refuses. */
async function recharge(shop: Shop, payer: Payer): Promise<void> {
  const { stripe, control, tell, settled } = shop;
  const place = `/console/${payer.account}/credit`;
  const once = randomUUID();
  await payer.post(`${place}/buy`, { once, amount: '5', keep: 'yes' });
  await tell(stripe.pay(stripe.sessionOf(once.replaceAll('-', ''))));
  await settled();
  const bounds = { threshold: '500', amount: '5', month: '5000', agreed: 'yes' };
  for (const each of ['succeeds', 'hangs', 'refused'] as const) {
    stripe.offSession = each;
    await payer.post(`${place}/recharge`, { do: 'choose', ...bounds });
    const before = stripe.calls.length;
    await wakeRecharges(shop);
    const isAsked = () => stripe.calls.slice(before).some(({ call }) => call === 'POST /v1/payment_intents');
    await expect.poll(isAsked, { timeout: 20_000 }).toBe(true);
  }
  await expect
    .poll(
      async () =>
        (await wakeRecharges(shop)) ?? control.sql("select 1 from recharge where state = 'stopped'"),
      { timeout: 20_000 },
    )
    .toHaveLength(1);
}

test('stripe-mock takes each of them', async (context) => {
  const calls = [...(await callsOf(0)), ...(await callsOf(19))];
  expect([...new Set(calls.map(({ call }) => nameOfCall(call)))].sort()).toEqual(Object.keys(CALLS));
  const mock = await startStripeMock();
  if (typeof mock === 'string') return context.skip(mock);
  for (const { call, sent } of calls) {
    const [method = '', path = ''] = call.split(' ');
    const isQuery = sent.startsWith('?') || method === 'GET';
    const answer = await fetch(mock.url + path + (isQuery ? sent : ''), {
      method,
      headers: {
        authorization: `Bearer ${STRIPE_KEYS.secretKey}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(!isQuery && sent !== '' && { body: sent }),
    });
    expect([call, answer.status, answer.ok ? '' : await answer.text()]).toEqual([call, 200, '']);
  }
  await mock.stop();
}, 300_000);
