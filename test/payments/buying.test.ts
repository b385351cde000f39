/** Buying credit by forms: what cannot be bought, what Stripe is told, and what comes back. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { expectBooksToAddUp, openShop, type Shop } from './paying.ts';

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

const rows = (account: string) =>
  shop.control.sql<{ state: string }>('select state from payment where account_id = $1::uuid', [
    account.slice(5),
  ]);
const sessionsMade = () =>
  shop.stripe.calls.filter(({ call }) => call === 'POST /v1/checkout/sessions').length;

test('no amount, too little, too much, less than a cent, words: refused, and Stripe hears nothing', async () => {
  const payer = await shop.payer('refused');
  const before = shop.stripe.calls.length;
  for (const amount of ['', '0', '-25', '4.99', '500.01', '25.001', 'all', '1e2', '25,00', 'NaN']) {
    const once = randomUUID();
    const answer = await payer.post(`/console/${payer.account}/credit/buy`, { once, amount });
    expect([amount, answer.status]).toEqual([amount, 400]);
  }
  const answer = await payer.post(`/console/${payer.account}/credit/buy`, { once: 'x', amount: '25' });
  expect(answer.status).toBe(400);
  expect(shop.stripe.calls.length).toBe(before);
  expect(await rows(payer.account)).toEqual([]);
});

test('somebody else’s account, a viewer, a foreign origin: refused', async () => {
  const [payer, other] = [await shop.payer('owner'), await shop.payer('other')];
  const form = () => ({ once: randomUUID(), amount: '25' });
  expect((await other.post(`/console/${payer.account}/credit/buy`, form())).status).toBe(404);
  const { siteUrl } = shop.control.settings;
  const foreign = await fetch(`${siteUrl}/console/${payer.account}/credit/buy`, {
    method: 'POST',
    headers: { cookie: payer.cookie, origin: 'https://elsewhere.example' },
    body: new URLSearchParams(form()),
  });
  expect([400, 403]).toContain(foreign.status);
  expect(await rows(payer.account)).toEqual([]);
  const once = await payer.begin('25');
  const seen = (cookie: string, place: string) =>
    fetch(`${siteUrl}/console/${place}/credit/payments/${once}`, { headers: { cookie } });
  expect((await seen(payer.cookie, payer.account)).status).toBe(200);
  expect((await seen(other.cookie, other.account)).status).toBe(404);
});

test('Stripe down: said so, nothing is charged, and the same form works later', async () => {
  const payer = await shop.payer('down');
  const once = randomUUID();
  const form = { once, amount: '25' };
  shop.stripe.isDown = true;
  const answer = await payer.post(`/console/${payer.account}/credit/buy`, form);
  shop.stripe.isDown = false;
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('Nothing was charged');
  await payer.begin('25', once);
  expect(await rows(payer.account)).toEqual([{ state: 'open' }]);
}, 60_000);

test('a form that is sent twice begins one payment; with another amount it is refused', async () => {
  const payer = await shop.payer('twice');
  const once = randomUUID();
  const before = shop.stripe.sessions.size;
  await Promise.all([payer.begin('25', once), payer.begin('25', once)]);
  await payer.begin('25', once);
  expect(shop.stripe.sessions.size).toBe(before + 1);
  expect(shop.stripe.customers.size).toBeGreaterThan(0);
  const answer = await payer.post(`/console/${payer.account}/credit/buy`, { once, amount: '50' });
  expect(answer.status).toBe(409);
  const other = await shop.payer('takes-over');
  const stolen = await other.post(`/console/${other.account}/credit/buy`, { once, amount: '25' });
  expect(stolen.status).toBe(409);
});

test('no more than twenty in an hour are begun', async () => {
  const payer = await shop.payer('many');
  for (let i = 0; i < 20; i++) await payer.begin('5');
  const made = sessionsMade();
  const answer = await payer.post(`/console/${payer.account}/credit/buy`, {
    once: randomUUID(),
    amount: '5',
  });
  expect(answer.status).toBe(429);
  expect(sessionsMade()).toBe(made);
}, 60_000);

test('Stripe is told an amount and a random number: no address, no name, no id of an account', async () => {
  const payer = await shop.payer('said-nothing');
  const before = shop.stripe.calls.length;
  const once = await payer.begin('42.50');
  const told = shop.stripe.calls.slice(before).map(({ sent }) => decodeURIComponent(sent));
  expect(told.join('\n')).not.toContain(payer.email);
  const session = shop.stripe.sessionOf(once);
  const fields = Object.fromEntries(session.fields);
  expect(fields).toMatchObject({
    client_reference_id: once,
    'line_items[0][price_data][unit_amount]': '4250',
    'line_items[0][price_data][currency]': 'usd',
    'payment_intent_data[metadata][payment]': once,
  });
  // The page that Stripe leads back to is all that holds the account's random id.
  for (const [name, value] of Object.entries(fields))
    if (!/^(success|cancel)_url$/.test(name)) expect(value, name).not.toContain(payer.account.slice(5));
});

test('tax is never credit; page, ledger, mail and receipt say what was paid', async () => {
  const payer = await shop.payer('taxed');
  const once = await payer.begin('100');
  const { siteUrl } = shop.control.settings;
  const get = (path: string) =>
    fetch(`${siteUrl}/console/${payer.account}${path}`, {
      headers: { cookie: payer.cookie },
      redirect: 'manual',
    });
  const waiting = await (await get(`/credit/payments/${once}`)).text();
  expect(waiting).toContain('Not paid yet');
  expect(waiting).toMatch(/http-equiv="refresh"/i);
  expect(await (await get(`/credit/payments/${once}?look=40`)).text()).not.toMatch(/http-equiv="refresh"/i);
  expect((await get(`/credit/payments/${once}/receipt`)).status).toBe(404);
  await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(once)));
  await shop.settled();
  expect(await payer.ledger()).toEqual([['payment', 100_000_000]]);
  const [row] = await shop.control.sql(
    'select gross_microusd as gross, tax_microusd as tax from payment where id = $1::uuid',
    [once],
  );
  expect(row).toEqual({ gross: '119000000', tax: '19000000' });
  const paid = await (await get(`/credit/payments/${once}`)).text();
  expect(paid).toContain('$119.00');
  expect(paid).not.toMatch(/http-equiv="refresh"/i);
  const receipt = await get(`/credit/payments/${once}/receipt`);
  expect(receipt.headers.get('location')).toMatch(`${shop.stripe.url}/receipt/pi_`);
  expect(await (await get('/credit')).text()).toContain('Payments');
  const [mail] = await shop.control.sql<{ id: string }>(
    "select id from mail where template = 'credit_added'",
  );
  const shown = (await shop.control.admin('GET', `/mails/${mail?.id.replaceAll('-', '')}`)).body;
  expect(JSON.stringify(shown)).toContain('119.00 USD');
  await expectBooksToAddUp(shop);
});

test('expired and failed pages charge nothing; paid after all is booked nevertheless', async () => {
  const payer = await shop.payer('expired');
  const once = await payer.begin('25');
  const session = shop.stripe.sessionOf(once);
  const shown = JSON.parse(shop.stripe.expire(session).body).data.object;
  await shop.tell(shop.stripe.event('checkout.session.expired', shown));
  await shop.settled();
  expect(await rows(payer.account)).toEqual([{ state: 'expired' }]);
  session.status = 'open';
  const paid = shop.stripe.pay(session);
  await shop.tell(paid);
  await shop.settled();
  await shop.tell(shop.stripe.event('checkout.session.async_payment_failed', shown));
  await shop.settled();
  expect(await rows(payer.account)).toEqual([{ state: 'paid' }]);
  expect(await payer.ledger()).toEqual([['payment', 25_000_000]]);
});

test('no page has a field for a card, and what pages may load and send lets none in', async () => {
  const payer = await shop.payer('card');
  const { siteUrl } = shop.control.settings;
  for (const path of ['/credit', '/credit/buy']) {
    const answer = await fetch(`${siteUrl}/console/${payer.account}${path}`, {
      headers: { cookie: payer.cookie },
    });
    const csp = answer.headers.get('content-security-policy') ?? '';
    expect(csp).not.toMatch(/stripe/i);
    expect(csp).toContain("form-action 'self'");
    expect(csp).toContain("frame-src 'self'");
    const text = await answer.text();
    expect(text).not.toMatch(
      /<iframe|autocomplete="cc-|<(input|select|textarea)[^>]*name="[^"]*(card|cvc|cvv|pan|iban)|js\.stripe\.com/i,
    );
  }
});

test('without keys the page says who adds credit, and the form is refused', async () => {
  const without = await openShop(postgres, 0, { stripe: null });
  const payer = await without.payer('without');
  const answer = await fetch(`${without.control.settings.siteUrl}/console/${payer.account}/credit`, {
    headers: { cookie: payer.cookie },
  });
  const text = await answer.text();
  expect(text).toContain('Credit is added by whoever runs this service.');
  expect(text).not.toContain('Buy credit');
  const form = { once: randomUUID(), amount: '25' };
  expect((await payer.post(`/console/${payer.account}/credit/buy`, form)).status).toBe(404);
  await without.stop();
});
