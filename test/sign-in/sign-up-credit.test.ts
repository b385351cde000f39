/** The credit of a sign-up: after address and agreement, once, also over kills and when asked at the same time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { Browser, form } from './browser.ts';
import { type ByProvider, signInBy, startByProvider } from './by-provider.ts';
import { type MailServer, tokenIn } from './mail-server.ts';
import type { StandIn } from './provider-stand-in.ts';

const CREDIT = 5_000_000;

let mails: MailServer;
let provider: StandIn;
let control: TestControl;
let stop: ByProvider['stop'];

beforeAll(async () => {
  ({ mails, provider, control, stop } = await startByProvider((at) => [at.settings()], {
    signUp: { mode: 'open', domains: [], credit: CREDIT },
  }));
});
afterAll(async () => {
  await stop?.();
});

const ledger = async (email: string) =>
  (await control.admin('GET', `/accounts/${email}/ledger`)).body as {
    balance_microusd: number;
    entries: { kind: string; reason: string }[];
  };

async function signUp(email: string): Promise<{ readonly browser: Browser; readonly token: string }> {
  const browser = new Browser(control.settings.siteUrl);
  expect((await browser.post('/sign-up', form(email))).status).toBe(202);
  const token = tokenIn(await mails.next(email));
  await browser.post('/sign-in', { email, password: form(email).password });
  return { browser, token };
}

test('nothing before the address is confirmed, the credit after it, in ledger and record, and once', async () => {
  const { browser, token } = await signUp('ada@example.org');
  expect((await ledger('ada@example.org')).entries).toEqual([]);
  const answers = await Promise.all([1, 2].map(() => browser.post('/confirm-address', { token })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
  const after = await ledger('ada@example.org');
  expect(after.balance_microusd).toBe(CREDIT);
  expect(after.entries).toMatchObject([{ kind: 'credit', reason: 'Credit for signing up' }]);
  expect(
    await control.sql("select 1 from record_entry where kind = 'credit_change' and role = 'system'"),
  ).toHaveLength(1);
  // Another address is confirmed later: that is no sign-up.
  await browser.post('/ask-to-change-address', { email: 'ada@example.net' });
  await browser.post('/change-address', { token: tokenIn(await mails.next('ada@example.net')) });
  expect((await ledger('ada@example.net')).entries).toHaveLength(1);
});

test('what a kill kept from being booked is booked by the next start, once', async () => {
  await signUp('killed@example.org');
  // As it stands when control dies between the confirmation and the credit.
  await control.sql('update account set awaits_address = false where welcome_due');
  await control.stop();
  await control.start();
  await expect.poll(async () => (await ledger('killed@example.org')).balance_microusd).toBe(CREDIT);
  await control.stop();
  await control.start();
  await expect.poll(async () => control.lines.some(({ event }) => event === 'listening')).toBe(true);
  expect((await ledger('killed@example.org')).entries).toHaveLength(1);
});

test('who comes by a provider gets it when they have agreed, and once', async () => {
  const email = 'grace@example.org';
  provider.person = { sub: 'grace', email, email_verified: true, name: 'Grace' };
  const came = new Browser(control.settings.siteUrl);
  expect(await signInBy(came, control.settings.siteUrl, 'work')).toBe('/console');
  expect((await ledger(email)).entries).toEqual([]);
  // Nor by the next start, which books what a kill kept from being booked.
  await control.stop();
  await control.start();
  await expect
    .poll(() => control.lines.filter(({ event }) => event === 'listening').length)
    .toBeGreaterThan(1);
  expect((await ledger(email)).entries).toEqual([]);
  const agreeing = { policy: '1', terms: '1', adult: true };
  await Promise.all([1, 2, 3].map(() => came.post('/agree', agreeing)));
  expect((await ledger(email)).entries).toMatchObject([{ kind: 'credit', reason: 'Credit for signing up' }]);
  await signInBy(new Browser(control.settings.siteUrl), control.settings.siteUrl, 'work');
  await came.post('/agree', agreeing);
  expect((await ledger(email)).balance_microusd).toBe(CREDIT);
});

test('accounts that the operator makes get none', async () => {
  await control.admin('POST', '/accounts', { email: 'made@example.org', name: 'Made' });
  expect((await ledger('made@example.org')).entries).toEqual([]);
});
