/** A version of the policy, from the desk to whoever agrees or leaves, in a real browser: compared, published, announced, held. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { daysLater, saying, stateOf } from '../publishing/texts.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let grace: Visitor;

const WITH_AXE = { javaScriptEnabled: true };

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  grace = await visitor(browser, control, 'grace@example.org', WITH_AXE, 'privacy', 'Grace Publishes');
  await strengthen(grace.api);
}, 60_000);
afterAll(async () => {
  await stop?.();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

test('compared, seen as a mail, refused without a reason, published', async () => {
  const { page } = grace;
  await page.goto(`${site}/desk/policy`);
  await expectGoodLooks(page, 'publishing list');
  await page.getByRole('link', { name: 'Publish a version of the privacy policy' }).click();
  await page.getByLabel('The text, in Markdown').fill(saying('To tell you about changes, before they hold.'));
  await page.getByLabel('What is different').fill('We tell you before a change holds.');
  await page.getByRole('button', { name: 'Compare' }).click();
  expect(await text(page)).toContain('Kept proposes: significant.');
  await expectGoodLooks(page, 'publishing compared');
  await page.getByLabel('Yes: people are told').check();
  await page.getByLabel('Why, or why not').fill(' ');
  await page.getByRole('button', { name: 'Publish it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('say why');
  expect(await page.getByLabel('What is different').inputValue()).toBe('We tell you before a change holds.');
  await page.getByLabel('Why, or why not').fill('A promise says more.');
  await page.getByRole('button', { name: 'Publish it' }).click();
  await page.waitForURL(`${site}/desk/policy`);
  expect(await text(page)).toContain('waits');
  await expectGoodLooks(page, 'publishing waits');
});

test('announced on the first page and in the console, with both versions', async () => {
  const { page } = ada;
  await page.goto(site);
  await expectGoodLooks(page, 'publishing home');
  await page.goto(`${site}/console/profile`);
  expect(await text(page)).toContain('Our privacy policy will change.');
  await page.getByRole('link', { name: 'See what changes' }).click();
  await expectGoodLooks(page, 'publishing against');
  await page.goto(`${site}/privacy/versions`);
  await expectGoodLooks(page, 'publishing versions');
  await page.goto(`${site}/privacy/versions/2`);
  expect(await text(page)).toContain('This version is announced');
});

test('from its day on: what changed, agree or leave', async () => {
  await daysLater(control, 30);
  await expect.poll(() => stateOf(control, 2), { timeout: 15_000 }).toBe('holds');
  const { page } = ada;
  await page.goto(`${site}/console`);
  expect(page.url()).toContain('/welcome');
  await expectGoodLooks(page, 'publishing agree');
  await page.getByRole('link', { name: 'Delete the account' }).click();
  expect(page.url()).toContain('/console/profile/delete');
  await page.goto(`${site}/console`);
  await page.getByRole('button', { name: 'Agree' }).click();
  expect(page.url()).toContain(`/console/${ada.account}`);
});
