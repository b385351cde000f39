/** Passkeys and the authenticator app on the pages: made, asked for at the next sign-in, and taken away again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { GOOD_PASSWORD, Browser as Program } from '../sign-in/browser.ts';
import { type MailServer, tokenIn } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { giveAuthenticator } from './passkeys.ts';
import { startSiteWithMails, type TestSite } from './site.ts';

let mails: MailServer;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ mails, control, browser, site, stop } = await startSiteWithMails());
});
afterAll(async () => {
  await stop?.();
});

const page = '/console/security/second-factor';

async function signInByPassword(at: Page, email: string): Promise<void> {
  await at.goto(`${site}/sign-in?next=${encodeURIComponent('/console/security')}`);
  await at.getByLabel('E-mail address').fill(email);
  await at.getByLabel('Password').fill(GOOD_PASSWORD);
  await at.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(at: Page): Promise<void> {
  await at.goto(`${site}/console/security`);
  await at.getByRole('button', { name: 'Sign out' }).click();
  await at.waitForURL(`${site}/`);
}

test('a passkey is made on the security page and signs in on the next visit, without a password', async () => {
  const { page: at } = await visitor(browser, control, 'key@example.org', { javaScriptEnabled: true });
  await giveAuthenticator(at);
  await at.goto(`${site}/console/security`);
  await at.getByLabel('Name of the new passkey').fill('Laptop');
  await at.getByRole('button', { name: 'Make a passkey' }).click();
  await at.getByText('not used yet').waitFor();
  expect(await control.sql("select 1 from mail where template = 'passkey_made'")).toHaveLength(1);
  // The same device once more: the browser refuses, and we say why.
  await at.getByLabel('Name of the new passkey').fill('Laptop again');
  await at.getByRole('button', { name: 'Make a passkey' }).click();
  await at.getByText('has a passkey for this account already').waitFor();
  await signOut(at);
  await at.goto(`${site}/sign-in?next=${encodeURIComponent('/console/security')}`);
  await expectGoodLooks(at, 'sign-in');
  await at.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at.waitForURL(`${site}/console/security`);
  await at.getByText('used on').waitFor();
  // Taken away on the page, it signs in nobody any more, and the page says so.
  await at.getByRole('button', { name: 'Remove Laptop' }).click();
  await at.getByText('You have none.').waitFor();
  await signOut(at);
  await at.goto(`${site}/sign-in`);
  await at.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at.getByText('That passkey was not accepted').waitFor();
});

test('where nobody gives a passkey, the page says so and can be used again', async () => {
  const context = await browser.newContext();
  const at = await context.newPage();
  await giveAuthenticator(at);
  await at.goto(`${site}/sign-in`);
  await at.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at.getByText('No passkey was given').waitFor();
  expect(await at.getByRole('button', { name: 'Sign in with a passkey' }).isEnabled()).toBe(true);
});

test('an app is set up, asked for at the next sign-in, and switched off, without a script', async () => {
  const { page: at, email, age } = await visitor(browser, control, 'app@example.org');
  const elsewhere = new Program(site);
  expect((await elsewhere.post('/sign-in', { email, password: GOOD_PASSWORD })).status).toBe(200);
  await age();
  await at.goto(`${site}${page}`);
  expect(new URL(at.url()).pathname).toBe('/console/confirm');
  await at.getByLabel('Password').fill(GOOD_PASSWORD);
  await at.getByRole('button', { name: 'Confirm' }).click();
  await at.getByRole('button', { name: 'Begin', exact: true }).click();
  await at.getByText('Type it in instead').click();
  const secret = ((await at.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);

  await at.getByLabel('The six digits').fill('000000');
  await at.getByRole('button', { name: 'Switch it on' }).click();
  expect(await at.getByRole('alert').textContent()).toContain('That code is not right');
  await at.getByText('Type it in instead').click();
  expect(((await at.locator('.secret').textContent()) ?? '').replaceAll(' ', '')).toBe(secret);

  await at.getByLabel('The six digits').fill(codeAt(secret, stepAt(Date.now())));
  await at.getByRole('button', { name: 'Switch it on' }).click();
  const codes = await at.locator('.codes code').allTextContents();
  expect(new Set(codes).size).toBe(10);
  const [download] = await Promise.all([
    at.waitForEvent('download'),
    at.getByRole('link', { name: 'Save them as a file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('kept-recovery-codes.txt');
  await at.getByRole('link', { name: 'I have kept them' }).click();
  expect((await elsewhere.me()).signed_in).toBe(false);

  await signOut(at);
  await signInByPassword(at, email);
  expect(new URL(at.url()).pathname).toBe('/sign-in/code');
  await at.goto(`${site}${page}`);
  expect(new URL(at.url()).pathname).toBe('/sign-in/code');
  await at.getByLabel('Code').fill(codes[0] ?? '');
  await at.getByRole('button', { name: 'Go on' }).click();
  await at.goto(`${site}${page}`);
  await at.getByText('9 of them can still be used.').waitFor();
  await at.getByRole('button', { name: 'Make new ones' }).click();
  const renewed = await at.locator('.codes code').allTextContents();
  expect(renewed.filter((code) => codes.includes(code))).toEqual([]);
  await at.goto(`${site}${page}`);
  await at.getByRole('button', { name: 'Switch it off' }).click();
  await at.getByRole('link', { name: 'Set it up' }).waitFor();
  expect(await control.sql('select 1 from two_factor')).toEqual([]);
});

test('its pages look well: to begin, begun, the codes, on', async () => {
  const { page: at } = await visitor(browser, control, 'looks@example.org', { javaScriptEnabled: true });
  await at.goto(`${site}${page}`);
  await expectGoodLooks(at, 'second-factor-off');
  await at.getByRole('button', { name: 'Begin', exact: true }).click();
  await at.getByText('Type it in instead').click();
  const secret = ((await at.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
  await expectGoodLooks(at, 'second-factor-begun');
  await at.getByLabel('The six digits').fill(codeAt(secret, stepAt(Date.now())));
  await at.getByRole('button', { name: 'Switch it on' }).click();
  await at.getByText('Your recovery codes').waitFor();
  await expectGoodLooks(at, 'second-factor-codes');
  await at.goto(`${site}${page}`);
  await expectGoodLooks(at, 'second-factor-on');
});

test('a form of it from another site, or of a sign-in that is not fresh, changes nothing', async () => {
  const { api, age } = await visitor(browser, control, 'stale@example.org');
  const send = (what: string, origin: string) =>
    fetch(`${site}${page}`, {
      method: 'POST',
      headers: { cookie: api.cookie, origin },
      body: new URLSearchParams({ what }),
      redirect: 'manual',
    });
  expect((await send('begin', 'https://evil.example')).status).toBe(400);
  await age();
  for (const what of ['begin', 'confirm', 'renew', 'end'])
    expect((await send(what, site)).status, what).toBeGreaterThanOrEqual(400);
  expect(await control.sql('select 1 from two_factor where confirmed_at is null')).toEqual([]);
});

test('somebody signs up without a password and makes a passkey instead', async () => {
  const context = await browser.newContext();
  const at = await context.newPage();
  await giveAuthenticator(at);
  await at.goto(`${site}/sign-up`);
  await at.getByLabel('Name').fill('Pass Key');
  await at.getByLabel('E-mail address').fill('nopassword@example.org');
  await at.getByLabel('I am 18 or over.').check();
  await at.getByLabel(/I agree to/).check();
  await at.getByRole('button', { name: 'Sign up' }).click();
  await at.waitForURL('**/sign-up/mail');
  const token = tokenIn(await mails.next('nopassword@example.org'));
  await at.goto(`${site}/set-up?token=${token}`);
  await at.getByRole('button', { name: 'Sign in', exact: true }).click();
  await at.waitForURL(/\/welcome\b/);
  await expectGoodLooks(at, 'welcome-way-in');
  await at.getByRole('button', { name: 'Make a passkey instead' }).click();
  await at.waitForURL(/\/console\/acct_/);
});
