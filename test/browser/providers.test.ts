/** Signing in by a real OpenID Provider, in a real browser without JavaScript: up, in, connecting, confirming, and away again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import { type RealProvider, startRealProvider } from '../sign-in/real-provider.ts';
import { freePort, type TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let provider: RealProvider;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  const sitePort = await freePort();
  const siteUrl = `http://localhost:${sitePort}`;
  provider = await startRealProvider(siteUrl);
  const providers = [
    provider.settings,
    { ...provider.settings, id: 'github', name: 'GitHub', kind: 'github' as const },
  ];
  ({ control, browser, site, stop } = await startSite({ sitePort, siteUrl, providers }));
});
afterAll(async () => {
  await stop?.();
  await provider?.stop();
});

async function newPage(javaScriptEnabled = false): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled });
  return context.newPage();
}

/** At the provider's own pages. */
async function typeIn(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto(`${site}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with Example Work' }).click();
  await typeIn(page, name);
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a newcomer comes in without a password, and is asked for agreement first', async () => {
  const page = await newPage();
  await signIn(page, 'ada');
  await page.getByRole('heading', { name: 'Welcome, ada at work' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/welcome');
  await page.getByLabel('I am 18 or over.').check();
  await page.getByLabel(/I agree to/).check();
  await page.getByRole('button', { name: 'Agree' }).click();
  await page.waitForURL(/\/console\/acct_\w{32}$/);
  const cookies = await page.context().cookies(site);
  expect(cookies.map(({ name }) => name).filter((name) => name.startsWith('kept_'))).toEqual([
    'kept_session',
  ]);

  // Older than ten minutes: the password is typed in again over there, although the provider knows them still.
  await control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  await page.goto(`${site}/console/confirm?next=/console/security`);
  await page.getByRole('button', { name: 'Sign in again with Example Work' }).click();
  await typeIn(page, 'ada');
  const consent = page.getByRole('button', { name: 'Continue' });
  const security = page.getByRole('heading', { name: 'Security' });
  await consent.or(security).waitFor();
  if (await consent.isVisible()) await consent.click();
  await security.waitFor();
  await page.getByRole('button', { name: 'Disconnect Example Work' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('your last way in');
});

test('somebody with a password connects it, signs in by it, and takes it away', async () => {
  const bob = await visitor(browser, control, 'bob@example.org', { javaScriptEnabled: true });
  const stranger = await newPage(true);
  await signIn(stranger, 'bob');
  expect(await stranger.getByRole('alert').textContent()).toContain('connect it on the security page');
  await expectGoodLooks(stranger, 'sign-in refused by a provider');

  await bob.page.goto(`${site}/console/security`);
  await bob.page.getByRole('button', { name: 'Connect Example Work' }).click();
  await typeIn(bob.page, 'bob');
  await bob.page.getByRole('button', { name: 'Continue' }).click();
  await bob.page.getByRole('button', { name: 'Disconnect Example Work' }).waitFor();
  await expectGoodLooks(bob.page, 'security with providers');
  await bob.age();
  await bob.page.reload();
  await bob.page.getByRole('link', { name: 'Confirm that it is you to connect or disconnect' }).click();
  await bob.page.getByLabel('Password').fill(GOOD_PASSWORD);
  await bob.page.getByRole('button', { name: 'Confirm' }).click();
  await bob.page.getByRole('button', { name: 'Disconnect Example Work' }).click();
  await bob.page.getByRole('button', { name: 'Connect Example Work' }).waitFor();
});

test('who breaks it off over there is told so, and comes in another way', async () => {
  const page = await newPage();
  await page.goto(`${site}/sign-in?next=/console/security`);
  await page.getByRole('button', { name: 'Sign in with Example Work' }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('broken off at the provider');
  await page.getByLabel('E-mail address').fill('bob@example.org');
  await page.getByLabel('Password').fill(GOOD_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${site}/console/security`);
});

test('the pages that offer it look as they should', async () => {
  const page = await newPage(true);
  await page.goto(`${site}/sign-in`);
  await expectGoodLooks(page, 'sign-in with providers');
  await page.goto(`${site}/sign-up`);
  await expectGoodLooks(page, 'sign-up with providers');
  await page.goto(`${site}/sign-in/with/work`);
  await expectGoodLooks(page, 'a provider by a link');
  await signIn(page, 'ada');
  await page.waitForURL(/\/console/);
  await control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  await page.goto(`${site}/console/confirm`);
  await expectGoodLooks(page, 'confirm by a provider');
});
