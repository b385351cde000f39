/** When the card ends that something is paid by: asked of Stripe, kept as a date alone, and only as long as something rests on it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openShop, type Payer, type Shop } from './paying.ts';

const USD = 1_000_000;
const PLANS = [{ id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 20 * USD }] as const;
const NEXT_YEAR = new Date().getUTCFullYear() + 1;
const MARCH = { exp_month: 3, exp_year: NEXT_YEAR };
const JULY = { exp_month: 7, exp_year: NEXT_YEAR };
const END_OF_MARCH = `${NEXT_YEAR}-04-01T00:00:00.000Z`;
const END_OF_JULY = `${NEXT_YEAR}-08-01T00:00:00.000Z`;

let postgres: TestPostgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 0, {}, PLANS);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const ends = async ({ account }: Payer) => {
  const [row] = await shop.control.sql<{ recharge: Date | null; plan: Date | null }>(
    'select recharge_ends_at as recharge, plan_ends_at as plan from saved_card where account_id = $1::uuid',
    [account.slice(5)],
  );
  return row && { recharge: row.recharge?.toISOString() ?? null, plan: row.plan?.toISOString() ?? null };
};
const become = (payer: Payer, what: object | undefined) =>
  expect.poll(() => ends(payer), { timeout: 15_000, interval: 50 }).toEqual(what);
/** Everything is looked at again, as a day later: a card that somebody else brings wakes it. */
async function look(): Promise<void> {
  await shop.control.sql("update saved_card set next_at = now() - interval '1 second'");
  await shop.tell(shop.stripe.keepCard('cus_elsewhere'));
}
const newestMethod = () => {
  const method = [...shop.stripe.methods.values()].at(-1);
  if (method === undefined) throw new Error('no card');
  return method;
};
const customerOf = async ({ account }: Payer) =>
  (
    await shop.control.sql<{ id: string }>(
      'select stripe_customer as id from stripe_customer where account_id = $1::uuid',
      [account.slice(5)],
    )
  )[0]?.id ?? '';
const tellAll = async (from: number) => {
  for (const event of shop.stripe.events.slice(from)) expect(await shop.tell(event)).toBe(200);
  await shop.settled();
};
const recharge = (payer: Payer, form: Record<string, string>) =>
  payer.post(`/console/${payer.account}/credit/recharge`, form);
const BOUNDS = { do: 'choose', threshold: '1', amount: '20', month: '60', agreed: 'yes' };

/** Somebody whose card Stripe keeps for automatic recharge. */
async function recharging(name: string): Promise<Payer> {
  const payer = await shop.payer(name);
  const once = randomUUID();
  await payer.post(`/console/${payer.account}/credit/buy`, { once, amount: '20', keep: 'yes' });
  const from = shop.stripe.events.length;
  shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', '')));
  await tellAll(from);
  expect((await recharge(payer, BOUNDS)).status).toBe(303);
  return payer;
}

test('the month of the card that is charged; a newer one takes its place; switched off, nothing is kept', async () => {
  const payer = await recharging('one');
  const customer = await customerOf(payer);
  await look();
  await become(payer, { recharge: '2100-01-01T00:00:00.000Z', plan: null });
  await shop.tell(shop.stripe.keepCard(customer, MARCH));
  await become(payer, { recharge: END_OF_MARCH, plan: null });
  // What they chose at Stripe goes before what is newest.
  const chosen = newestMethod();
  await shop.tell(shop.stripe.keepCard(customer, JULY));
  await become(payer, { recharge: END_OF_JULY, plan: null });
  shop.stripe.chosen.set(customer, chosen);
  await look();
  await become(payer, { recharge: END_OF_MARCH, plan: null });
  expect((await recharge(payer, { do: 'drop' })).status).toBe(303);
  await look();
  await become(payer, undefined);
}, 60_000);

test('a plan rests on a card of its own; ended, it rests on none; both stand on the page of dates and in the calendar', async () => {
  const payer = await recharging('both');
  const customer = await customerOf(payer);
  await shop.tell(shop.stripe.keepCard(customer, JULY));
  const once = randomUUID();
  const place = `/console/${payer.account}/credit/plan`;
  await payer.post(place, { do: 'begin', once, plan: 'start', agreed: 'yes' });
  const from = shop.stripe.events.length;
  shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', '')));
  shop.stripe.methods.delete(newestMethod().id);
  await tellAll(from);
  const subscription = shop.stripe.subscriptionOf(once.replaceAll('-', '')).id;
  shop.stripe.chosen.set(subscription, { id: 'pm_plan', customer, created: 1, card: MARCH });
  await look();
  await become(payer, { recharge: END_OF_JULY, plan: END_OF_MARCH });
  const { siteUrl } = shop.control.settings;
  const page = await (await fetch(`${siteUrl}/console/dates`, { headers: { cookie: payer.cookie } })).text();
  expect(page).toContain('The card that pays for automatic recharge expires');
  expect(page).toContain('The card that pays for the plan “Start” expires');
  expect(page).toContain(`/console/${payer.account}/credit/portal`);
  const made = await (await payer.post('/console/dates', { do: 'make' })).text();
  const feed = await (await fetch(/http[^"<]+\.ics/.exec(made)?.[0] ?? '')).text();
  expect(feed.replaceAll('\r\n ', '')).toContain('SUMMARY:The card that pays for the plan “Start” expires');
  shop.stripe.chosen.set(subscription, { id: 'pm_plan', customer, created: 1, card: JULY });
  await look();
  await become(payer, { recharge: END_OF_JULY, plan: END_OF_JULY });
  expect((await payer.post(place, { do: 'end' })).status).toBe(303);
  await look();
  await become(payer, { recharge: END_OF_JULY, plan: null });
}, 60_000);

test('a card that is over is not stored; Stripe away: what was known stays; going to be deleted: nothing is asked', async () => {
  const payer = await recharging('over');
  const customer = await customerOf(payer);
  await shop.tell(shop.stripe.keepCard(customer, MARCH));
  await look();
  await become(payer, { recharge: END_OF_MARCH, plan: null });
  shop.stripe.isDown = true;
  await look();
  const waits = () =>
    shop.control.sql(
      "select 1 from saved_card where account_id = $1::uuid and next_at > now() + interval '30 minutes'",
      [payer.account.slice(5)],
    );
  await expect.poll(waits, { timeout: 20_000 }).toHaveLength(1);
  await become(payer, { recharge: END_OF_MARCH, plan: null });
  shop.stripe.isDown = false;
  await shop.tell(shop.stripe.keepCard(customer, { exp_month: 1, exp_year: 2020 }));
  await become(payer, { recharge: null, plan: null });
  await shop.tell(shop.stripe.keepCard(customer, MARCH));
  await become(payer, { recharge: END_OF_MARCH, plan: null });
  await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'after grace' });
  const before = shop.stripe.calls.filter(({ call }) => call.includes(customer)).length;
  await look();
  await become(payer, { recharge: null, plan: null });
  expect(shop.stripe.calls.filter(({ call }) => call.includes(customer))).toHaveLength(before);
  await shop.control.admin('POST', `/accounts/${payer.account}/erase`, { when: 'now' });
  expect(await ends(payer)).toBeUndefined();
}, 90_000);

test('setting it and switching it off stand in the record, with who it was', async () => {
  const payer = await recharging('recorded');
  const entries = () =>
    shop.control.sql<{ role: string }>(
      "select role from record_entry where kind = 'access_change' and account_id = $1::uuid order by id",
      [payer.account.slice(5)],
    );
  expect(await entries()).toEqual([{ role: 'owner' }]);
  for (const _ of [1, 2]) expect((await recharge(payer, { do: 'drop' })).status).toBe(303);
  expect(await entries()).toEqual([{ role: 'owner' }, { role: 'owner' }]);
});
