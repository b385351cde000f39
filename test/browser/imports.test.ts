/** A partner's list in a browser: handed in, its columns named, looked at, confirmed. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let at: TestSite;
let browser: Browser;
let admin: Visitor;

beforeAll(async () => {
  at = await startSite();
  ({ browser } = at);
  admin = await visitor(browser, at.control, 'admin@example.org', { javaScriptEnabled: true }, 'admin');
  await strengthen(admin.api);
}, 60_000);
afterAll(async () => {
  await at?.stop();
});

test('a list from its file to the last person', async () => {
  const { page } = admin;
  await page.goto(`${at.site}/desk/imports`);
  await expectGoodLooks(page, 'imports none');
  await page.getByRole('link', { name: 'Hand in a list' }).click();
  await page.getByLabel('Partner').fill('Example Fairs');
  await page.getByLabel('Handed over on').fill('2026-11-20');
  await page.getByLabel('Legal ground').selectOption('consent');
  await expectGoodLooks(page, 'import new');
  const rows = [
    'Grace Example,grace@example.net,met at the stand',
    'Nobody,not an address,',
    'Admin,admin@example.org,',
  ];
  await page.getByLabel('The list').setInputFiles({
    name: 'list.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`Name,Mail,Remark\n${rows.join('\n')}\n`),
  });
  await page.getByRole('button', { name: 'Hand it in' }).click();
  await page.getByRole('heading', { name: 'Columns' }).waitFor();
  await expectGoodLooks(page, 'import columns');
  await page.getByLabel('E-mail address').selectOption('1');
  await page.getByLabel('Name').selectOption('0');
  await page.getByLabel('Note').selectOption('2');
  await page.getByRole('button', { name: 'See who would be taken over' }).click();
  await page.getByRole('heading', { name: 'Confirm it' }).waitFor();
  await page.getByText('Which rows').click();
  await expectGoodLooks(page, 'import preview');
  await page.getByLabel('The ground holds').check();
  await page.getByRole('button', { name: 'Take over 1 person' }).click();
  await page.getByText('people taken over').waitFor();
  await expectGoodLooks(page, 'import done');
  await page.goto(`${at.site}/desk/imports`);
  await expectGoodLooks(page, 'imports');
});
