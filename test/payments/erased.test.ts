/** An account that goes: nothing more is bought for it, and Stripe deletes its customer, however long that takes. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { requestsOf } from '../requests/people.ts';
import { somebody } from '../sign-in/person.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openShop, type Payer, type Shop } from './paying.ts';

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

const read = (receipt: string) =>
  verifyReceipt(receipt, [
    noteVerifier(readFileSync(join(shop.control.settings.ledgerFolder, 'verifier-key'), 'utf8').trim()),
  ]);
const farewells = () =>
  shop.control.sql<{ customer: string | null; done: boolean }>(
    'select stripe_customer as customer, done_at is not null as done from stripe_farewell',
  );
/** Housekeeping begins with the start; tasks of processors are due again. */
async function another(round: () => Promise<void>): Promise<void> {
  await shop.control.stop();
  await shop.control.sql('update outbox set next_at = now()');
  await shop.control.start();
  await round();
}
const erase = (payer: Payer, body: object) =>
  shop.control.admin('POST', `/accounts/${payer.account}/erase`, body);

test('while its deletion is scheduled nothing is bought; taken back, it is again', async () => {
  const payer = await shop.payer('leaving');
  await payer.begin('25');
  expect((await erase(payer, { when: 'after grace' })).status).toBe(200);
  const form = { once: randomUUID(), amount: '25' };
  const answer = await payer.post(`/console/${payer.account}/credit/buy`, form);
  expect([302, 409]).toContain(answer.status);
  expect(
    await shop.control.sql('select 1 from payment where account_id = $1::uuid', [payer.account.slice(5)]),
  ).toHaveLength(1);
});

test('whoever leaves gets back what is left of what they paid, once; credit that was given is no money', async () => {
  const payer = await shop.payer('left-over');
  for (const usd of ['20', '10']) {
    await shop.tell(shop.stripe.pay(shop.stripe.sessionOf(await payer.begin(usd))));
    await shop.settled();
  }
  await shop.control.admin('POST', `/accounts/${payer.account}/credit`, { amount: '-5', reason: 'a test' });
  const early = await payer.post('/console/leaving', { do: 'refund' });
  // Nobody who stays: the page leads them away.
  expect(early.status).toBe(302);
  expect(shop.stripe.refunds.size).toBe(0);
  // In their own name: the person goes, and the account with them.
  expect((await payer.post('/console/profile/delete', {})).status).toBe(303);
  const { siteUrl } = shop.control.settings;
  const page = await (
    await fetch(`${siteUrl}/console/leaving`, { headers: { cookie: payer.cookie } })
  ).text();
  expect(page).toContain('Credit that is left');
  shop.stripe.isDown = true;
  expect((await payer.post('/console/leaving', { do: 'refund' })).status).toBe(503);
  shop.stripe.isDown = false;
  const [one, two] = await Promise.all([
    payer.post('/console/leaving', { do: 'refund' }),
    payer.post('/console/leaving', { do: 'refund' }),
  ]);
  expect([303, 409]).toContain(one?.status);
  expect([303, 409]).toContain(two?.status);
  expect(await payer.balance()).toBe(0);
  expect([...shop.stripe.refunds.values()].reduce((sum, { cents }) => sum + cents, 0)).toBe(2500);
  await shop.control.admin('POST', `/accounts/${payer.account}/credit`, { amount: '7', reason: 'a gift' });
  await payer.post('/console/leaving', { do: 'refund' });
  expect((await payer.ledger()).at(-1)).toEqual(['refund', -5_000_000]);
}, 60_000);

test('erased while Stripe is down: its id stays until Stripe has confirmed, and no page takes money any more', async () => {
  const payer = await shop.payer('erased');
  const paid = shop.stripe.sessionOf(await payer.begin('25'));
  await shop.tell(shop.stripe.pay(paid));
  const open = shop.stripe.sessionOf(await payer.begin('50'));
  await shop.settled();
  const customer = paid.fields.get('customer') ?? '';
  shop.stripe.isDown = true;
  const erased = await erase(payer, { when: 'now' });
  expect([erased.status, erased.body]).toEqual([200, expect.anything()]);
  expect(
    await shop.control.sql('select 1 from stripe_customer where stripe_customer = $1', [customer]),
  ).toEqual([]);
  await another(async () => {
    await expect
      .poll(() => shop.stripe.calls.filter(({ call }) => call === 'GET /v1/checkout/sessions').length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(0);
  });
  expect(await farewells()).toEqual([{ customer, done: false }]);
  expect(shop.stripe.customers.get(customer)?.deleted).toBe(false);
  shop.stripe.isDown = false;
  await another(async () => {
    await expect.poll(farewells, { timeout: 20_000 }).toEqual([{ customer: null, done: true }]);
  });
  expect(shop.stripe.customers.get(customer)?.deleted).toBe(true);
  expect(open.status).toBe('expired');
  // What comes late is about nobody.
  const late = shop.stripe.refund(paid.intent ?? '', 100);
  expect(await shop.tell(late)).toBe(200);
  await shop.settled();
  const [row] = await shop.control.sql(
    'select count(*)::int as rows from payment where account_id = $1::uuid',
    [payer.account.slice(5)],
  );
  expect(row).toEqual({ rows: 0 });
  // The law keeps amounts, apart and sealed.
  const kept = await shop.control.sql("select 1 from retained where source = 'payment'");
  expect(kept.length).toBeGreaterThan(0);
}, 90_000);

test('a receipt says that Stripe has still to confirm, and a second one that it has', async () => {
  const { control, stripe } = shop;
  const site = requestsOf(control);
  const ada = await somebody(control, 'by-request@example.org');
  const [account] = await control.sql<{ id: string }>(
    "select replace(a.id::text, '-', '') as id from account a order by created_at desc limit 1",
  );
  const customer = 'cus_byTheRequestOfSomebody';
  stripe.customers.set(customer, { deleted: false });
  await control.sql('insert into stripe_customer values ($1::uuid, $2::uuid, $3)', [
    account?.id,
    randomUUID(),
    customer,
  ]);
  const path = await site.asked(ada, 'delete', { agreed: 'yes' });
  await site.until('carrying_out');
  stripe.isDown = true;
  await control.sql("update erasure set due_at = now() - interval '1 minute' where state = 'scheduled'");
  await control.stop();
  await control.start();
  await expect.poll(() => site.page(path), { timeout: 20_000 }).toContain('it has not confirmed yet');
  expect(read(await site.page(`${path}/receipts/done`)).content).toMatchObject({
    processors: [{ processor: 'Stripe', state: 'open' }],
  });
  expect((await site.send(null, `${path}/receipts/completed`)).status).toBe(404);
  stripe.isDown = false;
  await another(async () => {
    await expect.poll(() => site.page(path), { timeout: 20_000 }).toContain('it has confirmed');
  });
  expect(read(await site.page(`${path}/receipts/completed`))).toMatchObject({
    kind: 'erasure_completed',
    content: { processors: [{ processor: 'Stripe', state: 'done' }] },
  });
}, 60_000);

test('a customer that Stripe has deleted already is deleted', async () => {
  const payer = await shop.payer('gone-before');
  const session = shop.stripe.sessionOf(await payer.begin('25'));
  const customer = session.fields.get('customer') ?? '';
  shop.stripe.customers.set(customer, { deleted: true });
  await erase(payer, { when: 'now' });
  await another(async () => {
    await expect
      .poll(() => shop.control.sql('select 1 from stripe_farewell where stripe_customer is not null'), {
        timeout: 20_000,
      })
      .toEqual([]);
  });
}, 60_000);
