/** Confirming that it is still you, by password, code and passkey; with and without a script. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOOD_PASSWORD } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { giveAuthenticator } from './passkeys.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
});
afterAll(async () => {
  await stop?.();
});

const confirmPage = (next: string) => `${site}/console/confirm?next=${encodeURIComponent(next)}`;

test('a stranger signs in first, whoever is fresh goes on at once', async () => {
  const stranger = await fetch(confirmPage('/console/security'), { redirect: 'manual' });
  expect(stranger.headers.get('location')).toMatch(/^\/sign-in\?next=/);
  const { page } = await visitor(browser, control, 'fresh@example.org');
  await page.goto(confirmPage('/console/security'));
  expect(new URL(page.url()).pathname).toBe('/console/security');
});

test('a wrong password confirms nothing, the right one leads back, and nowhere outside', async () => {
  const { page, age } = await visitor(browser, control, 'aged@example.org');
  await age();
  await page.goto(confirmPage('/console/security'));
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('do not belong together');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  for (const next of ['https://evil.example', '//evil.example', '/console/security']) {
    await age();
    await page.goto(confirmPage(next));
    await page.getByLabel('Password').fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: 'Confirm' }).click();
    expect(page.url(), next).toContain(`${site}/console/`);
  }
  expect(new URL(page.url()).pathname).toBe('/console/security');
});

test('by a passkey, where the browser has one', async () => {
  const { page, age } = await visitor(browser, control, 'passkey@example.org', { javaScriptEnabled: true });
  await giveAuthenticator(page);
  await page.goto(`${site}/console/security`);
  await page.getByLabel('Name of the new passkey').fill('test');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('not used yet').waitFor();
  await age();
  await page.goto(confirmPage('/console/security'));
  await expectGoodLooks(page, 'confirm');
  await page.getByRole('button', { name: 'Confirm with your passkey' }).click();
  await page.waitForURL(`${site}/console/security`);
});
