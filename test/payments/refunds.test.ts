/** Refunds at the desk and disputes: never more than was paid or is left, once, and 402 as soon as nothing is left. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop } from './paying.ts';

let postgres: TestPostgres;
let shop: Shop;
let finance: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 19);
  finance = await somebody(shop.control, 'finance@example.org', 'finance');
  await strengthen(finance);
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

/** Somebody who paid so much; answers our number of it. */
async function paid(name: string, usd: string): Promise<{ payer: Payer; id: string; intent: string }> {
  const payer = await shop.payer(name);
  const id = await payer.begin(usd);
  const session = shop.stripe.sessionOf(id);
  await shop.tell(shop.stripe.pay(session));
  await shop.settled();
  return { payer, id, intent: session.intent ?? '' };
}

async function send(who: Pick<Browser, 'cookie'>, account: string, form: Record<string, string>) {
  const { siteUrl } = shop.control.settings;
  const answer = await fetch(`${siteUrl}/desk/${account}/refund`, {
    method: 'POST',
    headers: { cookie: who.cookie, origin: siteUrl },
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  return { status: answer.status, text: await answer.text() };
}
const refund = (account: string, form: Record<string, string>, once: string = randomUUID()) =>
  send(finance, account, { do: 'refund', once, ...form });

async function use({ account }: Payer, microUsd: number): Promise<void> {
  const made = await shop.control.admin('POST', `/accounts/${account}/keys`, { name: 'any' });
  const gateway = await shop.control.gateway();
  await gateway.records([usage(account.slice(5), made.body.id.slice(4), microUsd)]);
  gateway.close();
}

test('whoever is not finance or admin, another account’s payment, an old sign-in, amounts that are none: refused', async () => {
  const { payer, id } = await paid('guarded', '50');
  const other = await paid('another', '50');
  const form = { do: 'refund', once: randomUUID(), payment: id, amount: '10' };
  expect((await send(payer, payer.account, form)).status).toBe(404);
  for (const role of ['support', 'privacy', 'auditor']) {
    const staff = await somebody(shop.control, `${role}@example.org`, role);
    await strengthen(staff);
    expect([role, (await send(staff, payer.account, form)).status]).toEqual([role, 403]);
  }
  expect((await refund(payer.account, { payment: other.id, amount: '10' })).status).toBe(404);
  expect((await refund(payer.account, { payment: 'f'.repeat(32), amount: '10' })).status).toBe(404);
  for (const amount of ['', '0', '-10', '0.001', 'all', '1e1'])
    expect([amount, (await refund(payer.account, { payment: id, amount })).status]).toEqual([amount, 400]);
  expect((await refund(payer.account, { payment: id, amount: '50.01' })).status).toBe(409);
  expect((await refund(payer.account, { payment: id, amount: '10' }, 'not random')).status).toBe(400);
  await shop.control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await refund(payer.account, { payment: id, amount: '10' })).status).toBe(403);
  await shop.control.sql('update session set authenticated_at = now()');
  expect(shop.stripe.refunds.size).toBe(0);
  expect(await payer.balance()).toBe(50_000_000);
}, 60_000);

test('shown first, then made: in Stripe’s books, the ledger and the record, with who it was; webhooks add nothing', async () => {
  const { payer, id } = await paid('refunded', '50');
  await use(payer, 20_000_000);
  const look = await send(finance, payer.account, { do: 'look', payment: id, amount: '30' });
  expect(look.status).toBe(200);
  expect(look.text).toContain('$35.70');
  expect(shop.stripe.refunds.size).toBe(0);
  const before = shop.stripe.events.length;
  expect((await refund(payer.account, { payment: id, amount: '30' })).status).toBe(303);
  expect(await payer.balance()).toBe(0);
  for (const event of shop.stripe.events.slice(before)) await shop.tell(event);
  await shop.settled();
  expect(await payer.ledger()).toEqual([
    ['payment', 50_000_000],
    ['usage', -20_000_000],
    ['refund', -30_000_000],
  ]);
  expect([...shop.stripe.refunds.values()].map(({ cents }) => cents)).toEqual([3570]);
  const ordered = await shop.control.sql(
    "select 1 from record_entry where kind = 'credit_change' and role = 'finance' and account_id = $1::uuid",
    [payer.account.slice(5)],
  );
  expect(ordered).toHaveLength(1);
  expect((await refund(payer.account, { payment: id, amount: '0.01' })).status).toBe(409);
  await expectBooksToAddUp(shop);
});

test('two at once for all that is left, and one form twice: once', async () => {
  const { payer, id } = await paid('at-once', '25');
  const once = randomUUID();
  const before = shop.stripe.refunds.size;
  const all = await Promise.all([
    refund(payer.account, { payment: id, amount: '25' }, once),
    refund(payer.account, { payment: id, amount: '25' }, once),
    refund(payer.account, { payment: id, amount: '25' }),
  ]);
  expect(all.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
  expect(shop.stripe.refunds.size).toBe(before + 1);
  expect(await payer.balance()).toBe(0);
});

test('Stripe down: nothing is booked, and the same form makes it once', async () => {
  const { payer, id } = await paid('down', '25');
  const once = randomUUID();
  shop.stripe.isDown = true;
  expect((await refund(payer.account, { payment: id, amount: '25' }, once)).status).toBe(503);
  shop.stripe.isDown = false;
  expect(await payer.balance()).toBe(25_000_000);
  expect((await refund(payer.account, { payment: id, amount: '25' }, once)).status).toBe(303);
  expect(await payer.balance()).toBe(0);
}, 60_000);

test('a refund that Stripe could not carry out in the end comes back to the balance', async () => {
  const { payer, id } = await paid('failed', '25');
  await refund(payer.account, { payment: id, amount: '10' });
  const made = [...shop.stripe.refunds.values()].at(-1);
  if (made === undefined) throw new Error('no refund');
  expect(await payer.balance()).toBe(15_000_000);
  await shop.tell(shop.stripe.failRefund(made));
  await shop.settled();
  expect(await payer.balance()).toBe(25_000_000);
  await expectBooksToAddUp(shop);
});

test('a dispute takes the balance below zero, and the next request is refused at once; won, it is answered again', async () => {
  const { payer, intent } = await paid('disputed', '25');
  await use(payer, 5_000_000);
  const account = payer.account.slice(5);
  const gateway = await shop.control.gateway();
  const want = () => gateway.want({ kind: 'balance', of: account }, 1000);
  const dispute = shop.stripe.dispute(intent, 2975);
  await shop.tell(dispute.withdrawn);
  await shop.settled();
  expect(await payer.balance()).toBe(-5_000_000);
  expect(await want()).toMatchObject({ units: 0, left: -5_000_000 });
  await shop.tell(dispute.reinstate());
  await shop.settled();
  await shop.tell(dispute.withdrawn);
  await shop.settled();
  expect((await want()).units).toBeGreaterThan(0);
  gateway.close();
  expect(await payer.balance()).toBe(20_000_000);
  await expectBooksToAddUp(shop);
});
