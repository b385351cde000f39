/** The page of one's dates in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
afterAll(() => stop?.());

test('empty, with dates, with an address that is shown once, and without it again', async () => {
  const { page } = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
  await page.goto(`${site}/console/dates`);
  await expectGoodLooks(page, 'dates empty');
  const name = 'A laptop whose name is rather long, since somebody wanted to say everything';
  for (const each of [name, 'laptop'])
    await control.admin('POST', '/accounts/ada@example.org/keys', {
      name: each,
      expires: '2099-01-31T12:00:00Z',
    });
  await page.goto(`${site}/console/dates`);
  await page.getByRole('button', { name: 'Make an address' }).click();
  await page.getByRole('status').waitFor();
  expect(await page.locator('main').textContent()).toContain(`The API key “${name}” ends`);
  await expectGoodLooks(page, 'dates with an address');
  await page.goto(`${site}/console/dates`);
  await expectGoodLooks(page, 'dates');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('button', { name: 'Make an address' }).waitFor();
});
