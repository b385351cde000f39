/** Every call that we make of Stripe is one that Stripe has: made of the stand-in first, then sent to stripe-mock. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startStripeMock } from '../support/stripe-mock.ts';
import { STRIPE_KEYS } from '../support/stripe-standin.ts';
import { openShop } from './paying.ts';

/** Method and path, with `:id` for ids. */
const CALLS = [
  'DELETE /v1/customers/:id',
  'GET /v1/checkout/sessions',
  'GET /v1/payment_intents',
  'GET /v1/payment_intents/:id',
  'GET /v1/refunds',
  'POST /v1/checkout/sessions',
  'POST /v1/checkout/sessions/:id/expire',
  'POST /v1/customers',
  'POST /v1/refunds',
];

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

type Calls = readonly { readonly call: string; readonly sent: string }[];

/** With Stripe Tax and without. */
async function callsOf(taxPercent: number): Promise<Calls> {
  const shop = await openShop(postgres, taxPercent);
  const payer = await shop.payer('whole-life');
  const once = await payer.begin('25');
  const session = shop.stripe.sessionOf(once);
  await shop.tell(shop.stripe.pay(session));
  await shop.settled();
  await payer.begin('50');
  const { siteUrl } = shop.control.settings;
  const receipt = `${siteUrl}/console/${payer.account}/credit/payments/${once}/receipt`;
  await fetch(receipt, { headers: { cookie: payer.cookie }, redirect: 'manual' });
  await shop.control.admin('POST', '/billing/reconcile');
  await payer.post('/console/profile/delete', {});
  await payer.post('/console/leaving', { do: 'refund' });
  await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'now' });
  await shop.control.stop();
  await shop.control.sql('update outbox set next_at = now()');
  await shop.control.start();
  const isOver = () => shop.stripe.calls.some(({ call }) => call.startsWith('DELETE'));
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  await shop.stop();
  return shop.stripe.calls;
}

const nameOf = (call: string): string => call.replace(/\/\w+_\w{20,}/, '/:id');

test('stripe-mock takes each of them', async (context) => {
  const calls = [...(await callsOf(0)), ...(await callsOf(19))];
  expect([...new Set(calls.map(({ call }) => nameOf(call)))].sort()).toEqual(CALLS);
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
