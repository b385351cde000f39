/** Automatic recharge: what must not be charged, what stops it and how that is told, and that it charges once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop, wakeRecharges } from './paying.ts';

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
beforeEach(() => {
  shop.stripe.offSession = 'succeeds';
  shop.stripe.isDown = false;
});

const BOUNDS = { threshold: '10', amount: '20', month: '60', agreed: 'yes' };
const choose = (payer: Payer, form: Record<string, string> = BOUNDS) =>
  payer.post(`/console/${payer.account}/credit/recharge`, { do: 'choose', ...form });
const charges = () => shop.stripe.calls.filter(({ call }) => call === 'POST /v1/payment_intents').length;
const stateOf = async ({ account }: Payer) =>
  (
    await shop.control.sql<{ state: string; why: string | null }>(
      'select state, why from recharge where account_id = $1::uuid',
      [account.slice(5)],
    )
  )[0];
const mailsTo = async ({ email }: Payer) =>
  (
    await shop.control.sql(
      `select 1 from mail where template = 'recharge_stopped' and person_id in
        (select person_id from membership where account_id = $1::uuid)`,
      [(await shop.control.admin('GET', `/accounts/${email}`)).body.id.slice(5)],
    )
  ).length;
const spend = (payer: Payer, usd: string) =>
  shop.control.admin('POST', `/accounts/${payer.account}/credit`, { amount: `-${usd}`, reason: 'a test' });

/** Somebody with 20 USD whose card Stripe keeps, and who wants more below 10. */
async function recharging(name: string): Promise<Payer> {
  const payer = await shop.payer(name);
  const once = randomUUID();
  const form = { once, amount: '20', keep: 'yes' };
  expect((await payer.post(`/console/${payer.account}/credit/buy`, form)).status).toBe(200);
  await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', ''))));
  await shop.settled();
  expect((await choose(payer)).status).toBe(303);
  expect(await stateOf(payer)).toEqual({ state: 'on', why: null });
  return payer;
}
const look = () => wakeRecharges(shop);
const balanceBecomes = (payer: Payer, usd: number) =>
  expect.poll(() => payer.balance(), { timeout: 15_000, interval: 50 }).toBe(usd * 1_000_000);
const stops = (payer: Payer, why: string) =>
  expect.poll(() => stateOf(payer), { timeout: 15_000, interval: 50 }).toEqual({ state: 'stopped', why });

test('bounds that are none, no word of consent, somebody else’s account, a foreign origin, an old sign-in: refused', async () => {
  const [payer, other] = [await shop.payer('bounds'), await shop.payer('stranger')];
  const wrong = [
    { threshold: '0' },
    { threshold: '501' },
    { amount: '4.99' },
    { amount: '500.01' },
    { amount: '20.001' },
    { month: '19.99' },
    { month: '5000.01' },
    { agreed: '' },
    { amount: 'all' },
  ];
  for (const each of wrong)
    expect([each, (await choose(payer, { ...BOUNDS, ...each })).status]).toEqual([each, 400]);
  expect(
    (await other.post(`/console/${payer.account}/credit/recharge`, { do: 'choose', ...BOUNDS })).status,
  ).toBe(404);
  const foreign = await fetch(`${shop.control.settings.siteUrl}/console/${payer.account}/credit/recharge`, {
    method: 'POST',
    headers: { cookie: payer.cookie, origin: 'https://elsewhere.example' },
    body: new URLSearchParams({ do: 'choose', ...BOUNDS }),
  });
  expect([400, 403]).toContain(foreign.status);
  await shop.control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await choose(payer)).status).toBe(403);
  await shop.control.sql('update session set authenticated_at = now()');
  expect(await stateOf(payer)).toBeUndefined();
}, 60_000);

test('off by default; without a card that Stripe keeps it waits; a card from a payment that said so lets it begin', async () => {
  const payer = await shop.payer('waiting');
  await spend(payer, '1');
  expect((await choose(payer)).status).toBe(303);
  expect(await stateOf(payer)).toEqual({ state: 'waiting', why: null });
  const plain = await payer.begin('20');
  expect(shop.stripe.sessionOf(plain).fields.has('payment_intent_data[setup_future_usage]')).toBe(false);
  await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(plain)));
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'waiting', why: null });
  const once = randomUUID();
  await payer.post(`/console/${payer.account}/credit/buy`, { once, amount: '5', keep: 'yes' });
  const session = shop.stripe.sessionOf(once.replaceAll('-', ''));
  expect(session.fields.get('payment_intent_data[setup_future_usage]')).toBe('off_session');
  await shop.tell(shop.stripe.pay(session));
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'on', why: null });
});

test('below the bound it buys once, with tax on top, also when told of it by webhooks; above, nothing; the month has an end', async () => {
  const payer = await recharging('regular');
  const before = charges();
  await look();
  await shop.settled();
  expect(charges()).toBe(before);
  const told = shop.stripe.events.length;
  await spend(payer, '15');
  await look();
  await balanceBecomes(payer, 25);
  for (const event of shop.stripe.events.slice(told)) for (const _ of [1, 2]) await shop.tell(event);
  await shop.settled();
  expect(charges()).toBe(before + 1);
  const [made] = shop.stripe.calls.filter(({ call }) => call === 'POST /v1/payment_intents').slice(-1);
  const sent = new URLSearchParams(made?.sent);
  expect(sent.get('amount')).toBe('2380');
  expect(sent.get('off_session')).toBe('true');
  expect(made?.sent).not.toMatch(/example\.org|regular/);
  for (const left of [30, 30]) {
    await spend(payer, String((await payer.balance()) / 1_000_000 - 5));
    await look();
    if (left === 30) await expect.poll(() => payer.balance(), { timeout: 15_000 }).toBe(25_000_000);
  }
  await spend(payer, '20');
  await look();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await payer.balance()).toBe(5_000_000);
  expect(charges()).toBe(before + 3);
  expect((await payer.ledger()).filter(([kind]) => kind === 'payment')).toEqual(
    Array(4).fill(['payment', 20_000_000]),
  );
  await expectBooksToAddUp(shop);
}, 60_000);

test('two looks at once: one charge', async () => {
  const payer = await recharging('twice');
  const before = charges();
  await spend(payer, '15');
  await shop.control.sql(
    `insert into payment (id, account_id, amount_microusd, way, state, asked_at)
     values (gen_random_uuid(), $1::uuid, 20000000, 'recharge', 'open', now())`,
    [payer.account.slice(5)],
  );
  await look();
  await balanceBecomes(payer, 25);
  await expect(
    shop.control.sql(
      `insert into payment (id, account_id, amount_microusd, way, state, asked_at)
       select gen_random_uuid(), $1::uuid, 1, 'recharge', 'open', now() from generate_series(1, 2)`,
      [payer.account.slice(5)],
    ),
  ).rejects.toThrow();
  expect(charges()).toBe(before + 1);
});

test('refused by the bank: one attempt, one mail, and no other until somebody says so or brings a card', async () => {
  const payer = await recharging('refused');
  shop.stripe.offSession = 'refused';
  const before = charges();
  await spend(payer, '15');
  await look();
  await stops(payer, 'refused');
  for (const _ of [1, 2]) await look();
  await expect.poll(() => mailsTo(payer), { timeout: 10_000 }).toBe(1);
  expect(charges()).toBe(before + 1);
  expect(await payer.balance()).toBe(5_000_000);
  expect([...shop.stripe.intents.values()].at(-1)?.status).toBe('canceled');
  const page = await fetch(`${shop.control.settings.siteUrl}/console/${payer.account}/credit/recharge`, {
    headers: { cookie: payer.cookie },
  });
  expect(await page.text()).toContain('bank refused');
  // An old card that is told of late changes nothing.
  const customer = [...shop.stripe.customers.keys()].at(-1) ?? '';
  const late = JSON.parse(shop.stripe.keepCard(customer).body).data.object;
  await shop.tell(shop.stripe.event('payment_method.attached', { ...late, created: late.created - 86_400 }));
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'stopped', why: 'refused' });
  shop.stripe.offSession = 'succeeds';
  await shop.tell(shop.stripe.event('payment_method.attached', { ...late, created: late.created + 5 }));
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'on', why: null });
  await look();
  await balanceBecomes(payer, 25);
}, 60_000);

test('the bank wants to hear it from whoever owns the card: a mail, a page to pay on, and then it goes on', async () => {
  const payer = await recharging('confirming');
  shop.stripe.offSession = 'wants confirmation';
  await spend(payer, '15');
  await look();
  await stops(payer, 'confirm');
  await expect.poll(() => mailsTo(payer), { timeout: 10_000 }).toBe(1);
  shop.stripe.offSession = 'succeeds';
  const once = randomUUID();
  await payer.post(`/console/${payer.account}/credit/buy`, { once, amount: '20', keep: 'yes' });
  await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', ''))));
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'on', why: null });
  expect(await payer.balance()).toBe(25_000_000);
});

test('Stripe away, and answers that are lost: asked again, charged once', async () => {
  const payer = await recharging('lost');
  const before = shop.stripe.intents.size;
  shop.stripe.isDown = true;
  await spend(payer, '15');
  await look();
  await expect
    .poll(() => shop.control.sql('select 1 from recharge where attempts > 0'), { timeout: 15_000 })
    .toHaveLength(1);
  shop.stripe.isDown = false;
  shop.stripe.offSession = 'hangs';
  await look();
  await expect.poll(() => shop.stripe.intents.size, { timeout: 15_000 }).toBe(before + 1);
  await expect
    .poll(() => shop.control.sql('select 1 from recharge where attempts > 1'), { timeout: 15_000 })
    .toHaveLength(1);
  shop.stripe.offSession = 'succeeds';
  await look();
  await balanceBecomes(payer, 25);
  expect(shop.stripe.intents.size).toBe(before + 1);
  expect(await stateOf(payer)).toEqual({ state: 'on', why: null });
}, 90_000);

test('a deletion that is asked for stops it at once; taken back, it goes on; switched off, nothing is charged', async () => {
  const payer = await recharging('leaving');
  const before = charges();
  expect(
    (await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'after grace' })).status,
  ).toBe(200);
  await spend(payer, '15');
  await look();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(charges()).toBe(before);
  expect((await payer.post('/console/leaving', { do: 'stay' })).status).toBe(303);
  await look();
  await balanceBecomes(payer, 25);
  await spend(payer, '20');
  expect((await payer.post(`/console/${payer.account}/credit/recharge`, { do: 'drop' })).status).toBe(303);
  await look();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(charges()).toBe(before + 1);
  expect(await stateOf(payer)).toBeUndefined();
}, 60_000);

test('a payment that is demanded back stops it', async () => {
  const payer = await recharging('disputed');
  const intent = [...shop.stripe.intents.keys()].at(-1) ?? '';
  await shop.tell(shop.stripe.dispute(intent, 2380).withdrawn);
  await shop.settled();
  expect(await stateOf(payer)).toEqual({ state: 'stopped', why: 'disputed' });
  expect(await payer.balance()).toBe(0);
});
