/** Figures of requests as people and staff see them, with nothing asked yet and with something. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestsOf } from '../requests/people.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
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

test('everybody sees bands, staff see numbers', async () => {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  await page.goto(`${site}/privacy/requests`);
  await page.getByRole('link', { name: 'requests in figures' }).click();
  expect(await page.locator('main').textContent()).toContain('0 to 9');
  await expectGoodLooks(page, 'request figures');
  await context.close();

  const staff = await visitor(
    browser,
    control,
    'support@example.org',
    { javaScriptEnabled: true },
    'support',
  );
  await strengthen(staff.api);
  await staff.page.goto(`${site}/desk/requests/figures`);
  expect(await staff.page.locator('main').textContent()).toContain('None came.');
  await expectGoodLooks(staff.page, 'desk request figures empty');
  await requestsOf(control).asked(null, 'opt_out_sale', { place: 'US-CA' });
  await staff.page.reload();
  expect(await staff.page.locator('main').textContent()).toContain('California');
  await expectGoodLooks(staff.page, 'desk request figures');
});
