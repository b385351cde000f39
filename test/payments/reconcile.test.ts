/** Our books against Stripe's: what differs is found, what agrees is not, and nothing is changed by the look. */
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openShop, type Payer, type Shop } from './paying.ts';

const PLANS = [
  { id: 'start', name: 'Start', every: 'month', price: 20_000_000, credit: 20_000_000 },
] as const;
const ENTRIES = process.env.KEPT_TEST_ALL ? 100_000 : 2_000;
const LOOK_MS_MAX = 10_000;
const OLD_SECONDS = 7_200;

let postgres: TestPostgres;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 19, {}, PLANS);
  payer = await shop.payer('compared');
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

const look = async () => (await shop.control.admin('POST', '/billing/reconcile')).body;

/** A payment that both know for two hours. */
async function pay(tell = true): Promise<{ id: string; intent: string }> {
  const id = await payer.begin('20');
  const session = shop.stripe.sessionOf(id);
  const event = shop.stripe.pay(session);
  if (tell) await shop.tell(event);
  await shop.settled();
  for (const intent of shop.stripe.intents.values()) intent.created -= OLD_SECONDS;
  await shop.control.sql(
    "update payment set asked_at = now() - interval '2 hours', paid_at = case state when 'paid' then now() - interval '2 hours' end",
  );
  return { id, intent: session.intent ?? '' };
}

test('the same on both sides: nothing is found; Stripe away: the look fails, and what was known stays', async () => {
  await pay();
  expect(await look()).toMatchObject({ looked: 1, count: 0, differences: [], gone: 0 });
  shop.stripe.isDown = true;
  expect((await shop.control.admin('POST', '/billing/reconcile')).status).toBe(503);
  shop.stripe.isDown = false;
  expect((await shop.control.admin('GET', '/facts')).body.billing).toMatchObject({ looked: 1, count: 0 });
}, 60_000);

test('a webhook that never came, a payment that Stripe does not have, other amounts, other refunds: each is found', async () => {
  const unbooked = await pay(false);
  const unpaid = await pay();
  shop.stripe.intents.delete(unpaid.intent);
  const amount = await pay();
  const theirs = shop.stripe.intents.get(amount.intent);
  if (theirs) shop.stripe.intents.set(amount.intent, { ...theirs, gross: theirs.gross - 1 });
  const returned = await pay();
  shop.stripe.refund(returned.intent, 500);
  for (const refund of shop.stripe.refunds.values()) refund.created -= OLD_SECONDS;
  const young = await pay();
  // This one may still be on its way.
  shop.stripe.refund(young.intent, 500);
  const before = await payer.ledger();
  const { count, differences } = await look();
  expect(count).toBe(4);
  expect(
    Object.fromEntries(differences.map((each: { is: string; payment: string }) => [each.is, each.payment])),
  ).toEqual({ unbooked: unbooked.id, unpaid: unpaid.id, amount: amount.id, returned: returned.id });
  expect(await payer.ledger()).toEqual(before);
  const { status, text } = await metrics();
  expect([status, text]).toEqual([200, expect.stringContaining('\nkept_billing_differences 4\n')]);
});

test('`kept billing reconcile`: names each, ends with 1; as JSON too; Stripe away, or no payments here: a sentence', async () => {
  const shown = await kept(shop.control);
  expect([shown.code, shown.err]).toEqual([1, '']);
  expect(shown.out).toContain('They differ in 4:');
  for (const words of ['paid at Stripe, and not booked here', 'another amount at Stripe'])
    expect(shown.out).toMatch(new RegExp(`[0-9a-f]{32}  ${words}\n`));
  const { code, out, err } = await kept(shop.control, '--json');
  expect([code, err, JSON.parse(out)]).toEqual([1, '', await sameLook()]);
  shop.stripe.isDown = true;
  expect(await kept(shop.control)).toEqual({
    code: 1,
    out: '',
    err: 'Stripe does not answer. Try again in a few minutes.\n',
  });
  shop.stripe.isDown = false;
  const without = await startTestControl(postgres);
  expect(await kept(without)).toEqual({
    code: 1,
    out: '',
    err: 'There are no payments to compare: Stripe’s keys are not set.\n',
  });
  await without.end();
}, 60_000);

/** As the last look found it. */
const sameLook = async () => (await shop.control.admin('GET', '/facts')).body.billing;

async function kept({ settings }: TestControl, ...words: string[]) {
  const data = await mkdtemp(join(tmpdir(), 'kept-reconcile-'));
  await writeFile(join(data, 'instance.json'), JSON.stringify({ adminSocket: settings.adminSocket }));
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const given = [main, 'billing', 'reconcile', ...words];
  const environment = { ...process.env, KEPT_DATA: data };
  const ran = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, given, { env: environment }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
  await rm(data, { recursive: true });
  return ran;
}

test('an invoice of a plan that was not told, another amount of one, a dispute that was not told: each is found', async () => {
  const before = (await look()).count;
  const plan = await shop.payer('planned');
  const once = randomUUID();
  await plan.post(`/console/${plan.account}/credit/plan`, {
    do: 'begin',
    once,
    plan: 'start',
    agreed: 'yes',
  });
  const reference = once.replaceAll('-', '');
  const told = shop.stripe.events.length;
  shop.stripe.pay(shop.stripe.sessionOf(reference));
  for (const event of shop.stripe.events.slice(told)) await shop.tell(event);
  await shop.settled();
  await shop.control.sql("update stripe_event set next_at = now(), attempts = 0 where state = 'stored'");
  const of = shop.stripe.subscriptionOf(reference);
  const older = () => {
    for (const each of [...shop.stripe.invoices.values(), ...shop.stripe.intents.values()])
      each.created = Math.min(each.created, Math.floor(Date.now() / 1000) - OLD_SECONDS);
    for (const each of shop.stripe.disputes.values()) each.created -= OLD_SECONDS;
    return shop.control.sql(
      "update payment set asked_at = now() - interval '2 hours', paid_at = now() - interval '2 hours' where way = 'plan'",
    );
  };
  await older();
  const isBooked = () =>
    shop.control.sql("select 1 from payment where way = 'plan' and stripe_intent is not null");
  await expect.poll(isBooked, { timeout: 20_000 }).toHaveLength(1);
  expect((await look()).count).toBe(before);
  shop.stripe.renew(of);
  const { intent } = await pay();
  shop.stripe.dispute(intent, 500);
  await older();
  const { count, differences } = await look();
  expect(count).toBe(before + 2);
  expect(differences).toContainEqual({ is: 'invoice', payment: reference });
  expect(differences.map(({ is }: { is: string }) => is)).toContain('dispute');
  // The others count on from here.
  for (const event of shop.stripe.events.slice(told)) await shop.tell(event);
  shop.stripe.disputes.clear();
  await shop.settled();
  await older();
});

test('payments of others on the same Stripe, and of accounts that are gone, are no differences', async () => {
  const { count, gone } = await look();
  const others = [{}, { payment: 'nonsense' }, { payment: randomBytes(16).toString('hex') }];
  for (const [at, metadata] of others.entries())
    shop.stripe.intents.set(`pi_other${at}`, {
      id: `pi_other${at}`,
      customer: 'cus_other',
      created: Math.floor(Date.now() / 1000) - OLD_SECONDS,
      gross: 100,
      metadata,
    });
  expect(await look()).toMatchObject({ count, gone: gone + 1 });
});

test(`${ENTRIES} entries in less than ten seconds`, async () => {
  const known = await look();
  const created = Math.floor(Date.now() / 1000) - OLD_SECONDS;
  const ids = Array.from({ length: ENTRIES }, () => randomBytes(16).toString('hex'));
  for (const id of ids)
    shop.stripe.intents.set(`pi_${id}`, {
      id: `pi_${id}`,
      customer: 'cus_many',
      created,
      gross: 2380,
      metadata: { payment: id },
    });
  await shop.control.sql(
    `insert into payment (id, account_id, amount_microusd, state, gross_microusd, tax_microusd, stripe_intent, asked_at, paid_at)
    select id::uuid, $1::uuid, 20000000, 'paid', 23800000, 3800000, 'pi_' || id, now() - interval '2 hours', now() - interval '2 hours'
    from unnest($2::text[]) as id`,
    [payer.account.slice(5), ids],
  );
  const begun = performance.now();
  const found = await look();
  const ms = performance.now() - begun;
  console.log(`reconciliation of ${found.looked} entries: ${Math.round(ms)} ms`);
  expect(found).toMatchObject({ count: known.count, looked: known.looked + ENTRIES });
  expect(ms).toBeLessThan(LOOK_MS_MAX);
}, 120_000);

/** As the supervisor asks for them. */
async function metrics() {
  const { request } = await import('node:http');
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    request({ socketPath: shop.control.settings.adminSocket, path: '/metrics' }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}
