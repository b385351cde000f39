/** Unpaid invoices: steps that are told before they come, the same for everybody; ended by payment, or by finance. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openShop, type Payer, type Shop } from './paying.ts';

const USD = 1_000_000;
const PLANS = [{ id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 20 * USD }] as const;

let postgres: TestPostgres;
let shop: Shop;
let finance: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 0, {}, PLANS);
  finance = await somebody(shop.control, 'finance@example.org', 'finance');
  await strengthen(finance);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const tellAll = async (events: Parameters<Shop['tell']>[0][]) => {
  for (const event of events) expect(await shop.tell(event)).toBe(200);
  await shop.settled();
};
const newest = () => {
  const invoice = [...shop.stripe.invoices.values()].at(-1);
  if (invoice === undefined) throw new Error('no invoice');
  return invoice;
};
const stepOf = async ({ account }: Payer) =>
  (
    await shop.control.sql<{ step: string; settled: string | null }>(
      'select step, settled_by as settled from unpaid_invoice where account_id = $1::uuid order by since desc',
      [account.slice(5)],
    )
  )[0];
const stepIs = (payer: Payer, step: string, settled: string | null = null) =>
  expect.poll(() => stepOf(payer), { timeout: 15_000, interval: 50 }).toEqual({ step, settled });
const mails = async ({ account }: Payer) =>
  (
    await shop.control.sql(
      `select 1 from mail where template = 'invoice_unpaid' and person_id in
        (select person_id from membership where account_id = $1::uuid)`,
      [account.slice(5)],
    )
  ).length;
/** What gateways are told. */
async function heard({ account }: Payer) {
  const gateway = await shop.control.gateway();
  const { active, limits } = await gateway.until('account', ({ id }) => id === account.slice(5));
  gateway.close();
  return { active, rpm: limits.requestsPerMinute };
}
const hears = (payer: Payer, what: object) =>
  expect.poll(() => heard(payer), { timeout: 10_000 }).toEqual(what);
const read = async (path: string, { cookie }: Pick<Browser, 'cookie'>) =>
  (await fetch(shop.control.settings.siteUrl + path, { headers: { cookie } })).text();
/** What its people read in the console, and staff at the desk. */
async function said(payer: Payer) {
  const console = await read(`/console/${payer.account}/usage`, payer);
  const desk = await read(`/desk/${payer.account}`, finance);
  return {
    console: /An invoice of this account’s plan is not paid\.<\/strong> ([^<]*\.)/.exec(
      console.replaceAll(/<!--.*?-->/g, ''),
    )?.[1],
    desk: /<dt>State<\/dt><dd>([^<]*)/.exec(desk.replaceAll(/<!--.*?-->/g, ''))?.[1],
  };
}
/** So many days later; a look begins with the start. */
async function later(days: number): Promise<void> {
  await shop.control.stop();
  await shop.control.sql(`update unpaid_invoice set next_at = next_at - interval '${days} days'`);
  await shop.control.start();
}
const held = async ({ account }: Payer) =>
  (
    await shop.control.sql<{ rpm: number | null }>(
      'select unpaid_rpm as rpm from account where id = $1::uuid',
      [account.slice(5)],
    )
  )[0]?.rpm;
const forgive = (who: Pick<Browser, 'cookie'>, { account }: Payer) =>
  fetch(`${shop.control.settings.siteUrl}/desk/${account}`, {
    method: 'POST',
    headers: { cookie: who.cookie, origin: shop.control.settings.siteUrl },
    body: new URLSearchParams({ do: 'forgive' }),
    redirect: 'manual',
  });

/** Somebody with a plan whose second invoice is not paid. */
async function owing(name: string) {
  const payer = await shop.payer(name);
  const once = randomUUID();
  const form = { do: 'begin', once, plan: 'start', agreed: 'yes' };
  expect((await payer.post(`/console/${payer.account}/credit/plan`, form)).status).toBe(200);
  const before = shop.stripe.events.length;
  shop.stripe.pay(shop.stripe.sessionOf(once.replaceAll('-', '')));
  await tellAll(shop.stripe.events.slice(before));
  const of = shop.stripe.subscriptionOf(once.replaceAll('-', ''));
  const events = shop.stripe.renew(of, false);
  return { payer, of, events, invoice: newest() };
}

test('reminded, reminded again, limited, suspended: each once, with a mail; paid, all of it ends', async () => {
  const { payer, events, invoice } = await owing('owing');
  await tellAll([...events, ...events]);
  await stepIs(payer, 'reminded');
  expect(await mails(payer)).toBe(1);
  await later(6);
  await stepIs(payer, 'reminded');
  await later(1);
  await stepIs(payer, 'reminded_again');
  expect(await held(payer)).toBe(null);
  await later(7);
  await stepIs(payer, 'limited');
  await hears(payer, { active: true, rpm: 10 });
  expect(await said(payer)).toEqual({
    console: 'At most 10 requests a minute are answered until it is.',
    desk: 'at most 10 requests a minute: an invoice is not paid',
  });
  await later(14);
  await stepIs(payer, 'suspended');
  expect(await mails(payer)).toBe(4);
  await hears(payer, { active: false, rpm: 0 });
  expect(await said(payer)).toEqual({
    console: 'Its keys do not work until it is.',
    desk: 'the keys do not work: an invoice is not paid',
  });
  await tellAll(shop.stripe.payInvoice(invoice));
  await stepIs(payer, 'suspended', 'paid');
  expect(await held(payer)).toBe(null);
  expect(await said(payer)).toEqual({ desk: 'active' });
  const entries = await shop.control.sql<{ role: string }>(
    "select role from record_entry where kind = 'access_change' and account_id = $1::uuid order by id",
    [payer.account.slice(5)],
  );
  expect(entries.map(({ role }) => role)).toEqual(['system', 'system', 'system']);
  await later(30);
  expect(await mails(payer)).toBe(4);
}, 90_000);

test('after a long time that we were off, no step comes without the one before it', async () => {
  const { payer, events } = await owing('off');
  await tellAll(events);
  await stepIs(payer, 'reminded');
  await later(400);
  await stepIs(payer, 'reminded_again');
  await later(3);
  await stepIs(payer, 'reminded_again');
}, 60_000);

test('paid or void before it is told that it was not paid: nothing follows', async () => {
  const { payer, events, invoice } = await owing('earlier');
  const paid = shop.stripe.payInvoice(invoice);
  await tellAll([...paid, ...events]);
  expect((await stepOf(payer))?.settled ?? 'paid').toBe('paid');
  expect(await mails(payer)).toBe(0);
  const other = await owing('voided');
  await tellAll([
    shop.stripe.event('invoice.voided', JSON.parse(other.events[0]?.body ?? '').data.object),
    ...other.events,
  ]);
  expect(await stepOf(other.payer)).toEqual({ step: 'new', settled: 'void' });
  expect(await mails(other.payer)).toBe(0);
}, 60_000);

test('finance ends it in one click, and nobody else; who it was stands in the record', async () => {
  const { payer, events } = await owing('forgiven');
  await tellAll(events);
  await stepIs(payer, 'reminded');
  await later(7);
  await stepIs(payer, 'reminded_again');
  await later(7);
  await stepIs(payer, 'limited');
  for (const role of ['support', 'privacy', 'auditor']) {
    const staff = await somebody(shop.control, `${role}@example.org`, role);
    await strengthen(staff);
    expect([role, (await forgive(staff, payer)).status]).toEqual([role, 403]);
  }
  expect((await forgive(payer, payer)).status).toBe(404);
  await shop.control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await forgive(finance, payer)).status).toBe(403);
  await shop.control.sql('update session set authenticated_at = now()');
  expect(await held(payer)).toBe(10);
  expect((await forgive(finance, payer)).status).toBe(303);
  expect(await held(payer)).toBe(null);
  expect(await stepOf(payer)).toEqual({ step: 'limited', settled: 'forgiven' });
  expect((await forgive(finance, payer)).status).toBe(409);
  const entries = await shop.control.sql(
    "select 1 from record_entry where kind = 'access_change' and role = 'finance' and account_id = $1::uuid",
    [payer.account.slice(5)],
  );
  expect(entries).toHaveLength(1);
}, 90_000);
