/**
 * Newcomers on the site, in a real browser without JavaScript, with mail by a real server: signing up, the link, in and
 * out, a forgotten password, what is refused, and somebody whom the operator added.
 */
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import type { MailServer } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { startSiteWithMails, type TestSite } from './site.ts';

const OTHER_PASSWORD = 'fenster wolke biber 17';

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

/** Somebody's own browser, without JavaScript. */
async function visitor(): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  return context.newPage();
}

/** Posts a form with a Host header of its own; answers the status. */
const postTo = (port: number, path: string, body: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request({ port, path, method: 'POST', headers: { ...type, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject).end(body);
  });

const linkIn = (text = ''): string => /https?:\/\/\S+token=[\w-]{43}/.exec(text)?.[0] ?? 'no link';

async function fillSignUp(page: Page, email: string, password = GOOD_PASSWORD): Promise<void> {
  await page.goto(`${site}/sign-up`);
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('I am 18 or over.').check();
  await page.getByLabel(/I agree to/).check();
  await page.getByRole('button', { name: 'Sign up' }).click();
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('a newcomer signs up, follows the link, comes in and goes out', async () => {
  const page = await visitor();
  await fillSignUp(page, 'ada@example.org');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Look into your mail');
  const link = linkIn((await mails.next('ada@example.org')).text);
  // A scanner opens the link first: nothing happens by that.
  await fetch(link);
  await page.goto(link);
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(new URL(page.url()).pathname).toMatch(/^\/console\/acct_\w{32}$/);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Hello, Ada Lovelace');
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([
    ['kept_session', true, 'Lax'],
  ]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(new URL(page.url()).pathname).toBe('/');
  await page.goto(`${site}/console/security`);
  expect(page.url()).toBe(`${site}/sign-in?next=%2Fconsole%2Fsecurity`);
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  expect(new URL(page.url()).pathname).toBe('/console/security');
  expect(await page.getByText('this one').count()).toBe(1);
});

test('what is refused says what to do, keeps what was entered, and never a password', async () => {
  const page = await visitor();
  await fillSignUp(page, 'weak@example.org', 'password');
  expect(await page.getByRole('alert').textContent()).toContain('The password was not accepted');
  expect(await page.getByLabel('Name').inputValue()).toBe('Ada Lovelace');
  expect(await page.getByLabel('E-mail address').inputValue()).toBe('weak@example.org');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await signIn(page, 'nobody@example.org', OTHER_PASSWORD);
  const unknown = await page.getByRole('alert').textContent();
  await signIn(page, 'ada@example.org', OTHER_PASSWORD);
  expect(await page.getByRole('alert').textContent()).toBe(unknown);
});

test('an address that is known is told by mail only; the page is the same', async () => {
  const page = await visitor();
  await fillSignUp(page, 'ada@example.org');
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Look into your mail');
  expect((await mails.next('ada@example.org')).text).toContain('/sign-in');
});

test('a forgotten password is set anew, and other sign-ins end', async () => {
  const other = await visitor();
  await signIn(other, 'ada@example.org', GOOD_PASSWORD);
  const page = await visitor();
  await page.goto(`${site}/forgot-password`);
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByRole('button', { name: 'Send the link' }).click();
  let text = (await mails.next('ada@example.org')).text;
  while (!text?.includes('reset-password')) text = (await mails.next('ada@example.org')).text;
  await page.goto(linkIn(text));
  await page.getByLabel('Password').fill(OTHER_PASSWORD);
  await page.getByRole('button', { name: 'Set it' }).click();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await signIn(page, 'ada@example.org', OTHER_PASSWORD);
  expect(new URL(page.url()).pathname).toMatch(/^\/console\/acct_\w{32}$/);
  await other.goto(`${site}/console`);
  expect(new URL(other.url()).pathname).toBe('/sign-in');
});

test('somebody whom the operator added is asked for everything first', async () => {
  await control.admin('POST', '/accounts', { email: 'grace@example.org', name: 'Grace' });
  const made = await control.admin('POST', '/accounts/grace@example.org/setup-link');
  const page = await visitor();
  await page.goto(made.body.url);
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  expect(new URL(page.url()).pathname).toBe('/welcome');
  await page.getByLabel('I am 18 or over.').check();
  await page.getByLabel(/I agree to/).check();
  await page.getByRole('button', { name: 'Agree' }).click();
  expect(await page.getByText('A link is on its way to grace@example.org').count()).toBe(1);
  let text = (await mails.next('grace@example.org')).text;
  while (!text?.includes('confirm-address')) text = (await mails.next('grace@example.org')).text;
  await page.goto(linkIn(text));
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(new URL(page.url()).pathname).toMatch(/^\/console\/acct_\w{32}$/);
});

test('a form from another site does nothing, and no address leads outside', async () => {
  const body = new URLSearchParams({ email: 'ada@example.org', password: OTHER_PASSWORD });
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
    const sent = await fetch(`${site}/sign-in`, { method: 'POST', headers, body, redirect: 'manual' });
    expect(sent.status).toBeOneOf([400, 403]);
    expect(sent.headers.get('set-cookie')).toBeNull();
  }
  // Behind a proxy that names itself, what comes from our own address is carried out.
  const proxied = await postTo(control.settings.sitePort, '/sign-in', body.toString(), {
    host: 'inner.example:1234',
    origin: site,
  });
  expect(proxied).toBe(303);
  const page = await visitor();
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    await page.goto(`${site}/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByLabel('Password').fill(OTHER_PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(page.url(), next).toContain(`${site}/console/acct_`);
    await page.context().clearCookies();
  }
});
