/** A comment in a browser: written on an entry of the changelog, read at the desk, shown, changed. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let at: TestSite;
let browser: Browser;
let site: string;
let admin: Visitor;

beforeAll(async () => {
  at = await startSite();
  ({ browser, site } = at);
  admin = await visitor(browser, at.control, 'admin@example.org', { javaScriptEnabled: true }, 'admin');
  await strengthen(admin.api);
}, 60_000);
afterAll(async () => {
  await at?.stop();
});

test('a comment from its first word to everybody', async () => {
  const anybody = await (await browser.newContext()).newPage();
  await anybody.goto(`${site}/changelog`);
  await expectGoodLooks(anybody, 'changelog');
  const ada = await visitor(browser, at.control, 'ada@example.org');
  const { page } = ada;
  await page.goto(`${site}/changelog`);
  await page.getByRole('link', { name: 'Comments, and this changelog' }).click();
  const entry = page.url();
  await anybody.goto(entry);
  await expectGoodLooks(anybody, 'changelog entry');
  await page.getByLabel('Your comment').fill('The feed works in my reader.\n\nThank you.');
  await page.getByLabel('Shown under, if you like').fill('Ada L.');
  await page.getByRole('button', { name: 'Send it' }).click();
  expect(await page.getByRole('status').textContent()).toContain('Somebody reads it before it is shown');

  const desk = admin.page;
  await desk.goto(`${site}/desk/comments`);
  await expectGoodLooks(desk, 'desk comments');
  await desk.getByRole('link', { name: 'Comments, and this changelog' }).click();
  await expectGoodLooks(desk, 'desk comment');
  await desk.getByRole('button', { name: 'Read it' }).click();
  await desk.getByText('The feed works in my reader.').waitFor();
  await expectGoodLooks(desk, 'desk comment read');
  await desk.getByLabel('Show it', { exact: true }).check();
  await desk.getByRole('button', { name: 'Decide' }).click();
  await desk.getByText('None.').waitFor();

  await anybody.goto(entry);
  await anybody.getByText('Ada L.').waitFor();
  await expectGoodLooks(anybody, 'changelog entry commented');
  await desk.goto(entry);
  await desk.getByLabel('Your comment').fill('Agreed.');
  await desk.getByRole('button', { name: 'Send it' }).click();
  await desk.getByRole('status').waitFor();
  await expectGoodLooks(desk, 'changelog entry own');
  await desk.getByRole('link', { name: 'Agreed.' }).click();
  await expectGoodLooks(desk, 'own comment');
  await desk.getByRole('button', { name: 'Delete it' }).click();
  await desk.getByRole('heading', { name: 'Messages' }).waitFor();
  await anybody.goto(`${site}/docs/errors`);
  await anybody.getByRole('link', { name: 'Comments on this page' }).click();
  await expectGoodLooks(anybody, 'comments on docs');
  await anybody.context().close();
});
