/**
 * A processor that is no engine is told before it gets anything (CHANGE-1): the first who takes payments waits for its day;
 * whom the service needs is announced by the operator before, or seen to have begun too early.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProcessorSettings } from '../../src/control/processors/settings.ts';
import { recipientFindings } from '../../src/processes/doctor/recipients.ts';
import { openShop, type Payer, type Shop } from '../payments/paying.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const terms = { region: 'Ireland', keeps: 'logs for 7 days', contract: 'of 2026-03-01' };
const mailBy = (name: string): ProcessorSettings => ({ id: 'mail', own: false, terms: { name, ...terms } });
const payments: ProcessorSettings = { id: 'payments', own: false, terms: null };
const named: ProcessorSettings = { ...payments, terms: { name: 'Stripe Payments Europe', ...terms } };

let postgres: TestPostgres;
let shop: Shop;
let payer: Payer;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 0, { stripe: null, processors: [mailBy('First Mail')] });
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

async function configured(
  processors: readonly ProcessorSettings[],
  processorsComing: readonly ProcessorSettings[] = [],
): Promise<void> {
  await shop.control.stop();
  const pays = processors.some(({ id }) => id === 'payments');
  const stripe = pays ? shop.stripe.settings : null;
  Object.assign(shop.control.settings, { processors, processorsComing, stripe });
  await shop.control.start();
}
const notices = async () =>
  Object.fromEntries(
    (
      await shop.control.sql<{ key: string; state: string }>(
        `select key, case when served_at is null then 'waits' when announcement is null then 'there'
           when served_at < serves_at - interval '1 minute' then 'early' else 'in time' end as state from recipient_notice`,
      )
    ).map(({ key, state }) => [key, state]),
  );
const mails = () => shop.control.sql("select 1 from mail where template = 'recipient_comes'");
const page = async (path: string, cookie = '') => {
  const answer = await fetch(shop.control.settings.siteUrl + path, { headers: { cookie } });
  return (await answer.text()).replaceAll('<!-- -->', '');
};
/** What `kept doctor` says of whoever is announced. */
const doctor = async () => {
  const { recipients } = (await shop.control.admin('GET', '/facts')).body;
  return recipientFindings(recipients).find(({ name }) => name.startsWith('announced '));
};
/** As if whoever waits had been told a month before. */
const aMonthLater = () =>
  shop.control.sql(
    "update recipient_notice set announced_at = announced_at - interval '31 days', serves_at = serves_at - interval '31 days' where announcement is not null",
  );

test('where only staff, and what tries it out, has an account, whoever comes is simply there', async () => {
  const { control } = shop;
  await control.admin('POST', '/accounts', { email: 'staff@example.org', name: 'Staff', staff: 'admin' });
  await control.admin('POST', '/trial-key');
  await configured([mailBy('Second Mail')]);
  expect(await notices()).toMatchObject({ 'processor mail Second Mail Ireland': 'there' });
  expect(await control.sql('select 1 from announcement')).toEqual([]);
});

test('the first who takes payments waits for its day: told to all, asked nothing, offered to nobody', async () => {
  payer = await shop.payer('ada');
  await configured([mailBy('Second Mail'), payments]);
  expect(await notices()).toMatchObject({ 'processor payments Stripe ': 'waits' });
  await expect.poll(mails).toHaveLength(1);
  const said = 'Stripe is to work for us. It takes payments. Nothing goes there before that day.';
  for (const path of ['/', '/privacy/processors']) expect(await page(path)).toContain(said);
  const credit = `/console/${payer.account}/credit`;
  const buying = await fetch(`${shop.control.settings.siteUrl}${credit}/buy`, {
    headers: { cookie: payer.cookie },
  });
  expect(buying.status).toBe(404);
  const form = { once: '0'.repeat(32), amount: '25' };
  expect((await payer.post(`${credit}/buy`, form)).status).toBe(404);
  expect((await shop.control.admin('POST', '/billing/reconcile')).status).toBe(409);
  expect(await doctor()).toMatchObject({ name: 'announced Stripe', state: 'warning' });
  expect(shop.stripe.calls).toEqual([]);
});

test('who is named at last is nobody new, and waits for the same day', async () => {
  await configured([mailBy('Second Mail'), named]);
  const all = await notices();
  expect(all).toMatchObject({ 'processor payments Stripe Payments Europe Ireland': 'waits' });
  expect(await mails()).toHaveLength(1);
  expect(shop.stripe.calls).toEqual([]);
});

test('on its day it begins by itself', async () => {
  await aMonthLater();
  // It looks by itself; nothing is started again.
  await expect.poll(notices, { timeout: 30_000, interval: 1_000 }).toMatchObject({
    'processor payments Stripe Payments Europe Ireland': 'in time',
  });
  await payer.begin('25');
  expect(shop.stripe.calls.length).toBeGreaterThan(0);
  expect(await page('/')).not.toContain('is to work for us');
}, 60_000);

test('whoever takes payments goes on under another name, and it is seen that people were not told before', async () => {
  const other: ProcessorSettings = {
    ...named,
    terms: { name: 'Stripe Inc.', ...terms, region: 'United States' },
  };
  await configured([mailBy('Second Mail'), other]);
  expect(await notices()).toMatchObject({ 'processor payments Stripe Inc. United States': 'early' });
  await payer.begin('30');
  await configured([mailBy('Second Mail'), named]);
});

test('another mail server is announced by the operator, and is no surprise on its day', async () => {
  const third = mailBy('Third Mail');
  await configured([mailBy('Second Mail'), named], [third]);
  expect(await notices()).toMatchObject({ 'processor mail Third Mail Ireland': 'waits' });
  const said = 'Third Mail in the region Ireland is to work for us. It carries the mail that we send you.';
  expect(await page('/privacy/processors')).toContain(said);
  expect(await doctor()).toMatchObject({ state: 'ok', message: expect.stringContaining('not before') });
  await aMonthLater();
  await configured([mailBy('Second Mail'), named], [third]);
  expect(await doctor()).toMatchObject({ state: 'ok', message: expect.stringContaining('set up now') });
  expect(await page('/')).not.toContain('Third Mail');
  await configured([third, named]);
  expect(await notices()).toMatchObject({ 'processor mail Third Mail Ireland': 'in time' });
});

test('who is to come is another than whoever is there without a name', async () => {
  const unnamed: ProcessorSettings = { id: 'mailbox', own: false, terms: null };
  const box: ProcessorSettings = { ...unnamed, terms: { name: 'Box', ...terms } };
  await configured([mailBy('Third Mail'), named, unnamed], [box]);
  expect(await notices()).toMatchObject({
    'processor mailbox  ': 'early',
    'processor mailbox Box Ireland': 'waits',
  });
});

test('one that is set up before its day is used, and seen to have begun too early', async () => {
  const fourth = mailBy('Fourth Mail');
  await configured([mailBy('Third Mail'), named], [fourth]);
  await configured([fourth, named]);
  expect(await notices()).toMatchObject({ 'processor mail Fourth Mail Ireland': 'early' });
  expect(await page('/')).toContain('Fourth Mail in the region Ireland works for us already');
  const before = (await mails()).length;
  await configured([mailBy('Fifth Mail'), named]);
  expect(await notices()).toMatchObject({ 'processor mail Fifth Mail Ireland': 'early' });
  await expect.poll(async () => (await mails()).length).toBe(before + 1);
});
