/** The page of an export in every state that it can be in, without a script, light and dark, wide and narrow. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportsOf, PAGE } from '../exports/people.ts';
import { unzip } from '../store-rights/archive.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let exports: ReturnType<typeof exportsOf>;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  exports = exportsOf(control);
  // Without a script but axe's: pages of the console that need none load none.
  ada = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
});
afterAll(async () => {
  await stop?.();
});

test('from the profile: asked for, watched while it is made, downloaded whole', async () => {
  const { page } = ada;
  await exports.use(ada.email, 40_000);
  await page.goto(`${site}/console/profile`);
  await page.locator('a[href="/console/export"]').first().click();
  await expectGoodLooks(page, 'export-ask');
  await page.getByRole('button', { name: 'Make the archive' }).click();
  expect(new URL(page.url()).pathname).toBe(PAGE);
  await exports.until('working');
  await page.goto(`${site}${PAGE}?reload=no`);
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('progress').count();
    })
    .toBe(1);
  await expectGoodLooks(page, 'export-working');
  await page.goto(site + PAGE);
  // By itself.
  await page.getByRole('link', { name: 'Download it' }).waitFor();
  await expectGoodLooks(page, 'export-ready');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download it' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('kept-export.zip');
  const files = await unzip(readFileSync(await download.path()));
  expect(files.get('data/person.json')?.toString()).toContain(ada.email);
});

test('a sign-in that is not fresh is asked for before the download, which then begins', async () => {
  await ada.age();
  const { page } = ada;
  await page.goto(site + PAGE);
  await page.getByRole('link', { name: 'Download it' }).click();
  await page.waitForURL('**/console/confirm?next=*');
  await control.sql('update session set authenticated_at = now()');
});

test('deleted, failed, over: each says what to do, and asking again is asked about first', async () => {
  const { page } = ada;
  await page.goto(site + PAGE);
  await page.getByRole('button', { name: 'Delete it now' }).click();
  await page.getByText('You ended it').waitFor();
  await expectGoodLooks(page, 'export-cancelled');
  for (const failure of ['disk_full', 'too_long', 'interrupted', 'lost', 'fault']) {
    await control.sql(`update export_job set state = 'failed', failure = '${failure}'`);
    await page.reload();
    expect(await page.locator('.note.bad').count(), failure).toBe(1);
  }
  await expectGoodLooks(page, 'export-failed');
  await control.sql(
    "update export_job set state = 'ready', failure = null, ended_at = now() - interval '1 day'",
  );
  await page.reload();
  await page.getByText('is gone').waitFor();
  await expectGoodLooks(page, 'export-over');
  await page.getByRole('link', { name: 'Ask again' }).click();
  await page.getByRole('button', { name: 'Make the archive' }).waitFor();
});
