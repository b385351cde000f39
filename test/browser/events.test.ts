/** An event in a browser: prepared at the desk, registered for without an account, given back. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSiteWithMails, type TestSiteWithMails } from './site.ts';

const DAY_MS = 86_400_000;
let at: TestSiteWithMails;
let browser: Browser;
let site: string;
let admin: Visitor;

beforeAll(async () => {
  at = await startSiteWithMails();
  ({ browser, site } = at);
  admin = await visitor(browser, at.control, 'admin@example.org', { javaScriptEnabled: true }, 'admin');
  await strengthen(admin.api);
}, 60_000);
afterAll(async () => {
  await at?.stop();
});

const minuteIn = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 16);

test('an event from its first word to a place that is given back', async () => {
  const desk = admin.page;
  await desk.goto(`${site}/events`);
  await expectGoodLooks(desk, 'events none');
  await desk.goto(`${site}/desk/events`);
  await expectGoodLooks(desk, 'desk events none');
  await desk.getByRole('link', { name: 'Prepare one' }).click();
  await expectGoodLooks(desk, 'desk event new');
  await desk.getByLabel('Title').fill('Open evening');
  await desk.getByLabel('Description').fill('Three talks about retention.\n\nAnd tea.');
  await desk.getByLabel('Where').fill('Main Street 1, Exampleton');
  await desk.getByLabel('Begins (UTC)').fill(minuteIn(9 * DAY_MS));
  await desk.getByLabel('Ends (UTC)').fill(minuteIn(9 * DAY_MS + 7_200_000));
  await desk.getByLabel('Places').fill('20');
  await desk.getByRole('button', { name: 'Save it' }).click();
  await desk.getByRole('button', { name: 'Announce it' }).click();
  await desk.getByText('Everybody sees it.').waitFor();
  const path = new URL(desk.url()).pathname.slice('/desk'.length);

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(site + path);
  await plain.getByLabel('Your e-mail address').fill('grace@example.net');
  await plain.getByRole('button', { name: 'Register' }).click();
  expect(await plain.getByRole('status').textContent()).toContain('A mail is on its way');
  await plain.context().close();
  const { text } = await at.mails.next('grace@example.net');
  const [own] = /\/events\/registrations\/[\w-]{43}/.exec(text ?? '') ?? [];

  const page = await (await browser.newContext()).newPage();
  await page.goto(`${site}/events`);
  await expectGoodLooks(page, 'events some');
  await page.goto(site + path);
  await expectGoodLooks(page, 'event');
  await page.goto(site + own);
  await expectGoodLooks(page, 'registration asked');
  await page.getByRole('button', { name: 'Confirm it' }).click();
  await page.getByText('You have a place.').waitFor();
  await expectGoodLooks(page, 'registration in');
  await desk.reload();
  await expectGoodLooks(desk, 'desk event');
  await desk.getByLabel('Why you look').fill('To print badges');
  await desk.getByRole('button', { name: 'Show them' }).click();
  await desk.getByText('grace@example.net').first().waitFor();
  await expectGoodLooks(desk, 'desk event people');
  await page.getByRole('button', { name: 'Give the place back' }).click();
  await page.getByText('You are not registered any more.').waitFor();
  await page.context().close();
});
