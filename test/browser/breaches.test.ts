/**
 * A breach as two people of staff and whoever is affected see it in a real browser, without JavaScript: entered, assessed, told, and
 * closed; and what a form says that was refused.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hoursAgo } from '../breach/register.ts';
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
let edsger: Visitor;

const WITH_AXE = { javaScriptEnabled: true };

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  grace = await visitor(browser, control, 'grace@example.org', WITH_AXE, 'privacy', 'Grace Enters');
  edsger = await visitor(browser, control, 'edsger@example.org', WITH_AXE, 'admin', 'Edsger Agrees');
  for (const { api } of [grace, edsger]) await strengthen(api);
}, 60_000);
afterAll(async () => {
  await stop?.();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';
const button = (page: Page, name: string) => page.getByRole('button', { name }).click();
const unfold = (page: Page, words: string) => page.locator('summary', { hasText: words }).click();

test('entered, refused, and entered; the clocks stand there', async () => {
  const { page } = grace;
  await page.goto(`${site}/desk/breaches`);
  expect(await text(page)).toContain('The register is empty.');
  await expectGoodLooks(page, 'breaches none');
  await page.goto(`${site}/desk/breaches/new`);
  await expectGoodLooks(page, 'breaches form');
  await page.getByLabel('What happened').fill('A backup was copied by somebody who left.');
  await button(page, 'Enter it');
  expect(await page.getByRole('alert').textContent()).toContain('choose at least one');
  expect(await page.getByLabel('What happened').inputValue()).toContain('A backup was copied');
  await page.getByLabel('Somebody got or saw data who may not').check();
  await page.getByLabel('When we became aware').fill(hoursAgo(80).slice(0, 16));
  await page.getByLabel('How many people, by place').fill('FR 1\nUS-CA 700\nUS-OH 3');
  await page.getByLabel('E-mail address', { exact: true }).check();
  await page.getByLabel('Credential', { exact: true }).check();
  await page.getByLabel('Customers', { exact: true }).check();
  await page.getByLabel('Whom it affects').fill('ada@example.org\nnobody@example.org');
  await button(page, 'Enter it');
  const said = await text(page);
  for (const words of [
    'The supervisory authority',
    'overdue',
    'Our tables hold no law on this for: Ohio',
    '2 named, 1 found',
  ])
    expect(said).toContain(words);
  await expectGoodLooks(page, 'breach open');
  await page.goto(`${site}/desk/breaches`);
  await expectGoodLooks(page, 'breaches list');
}, 120_000);

test('the authority is told in phases, the people by two, and nobody is told twice', async () => {
  const { page } = grace;
  await page.goto(`${site}/desk/breaches`);
  await page.locator('main table a').first().click();
  await unfold(page, 'Somebody was told');
  await page.locator('#duty-told').selectOption('EU authority');
  await button(page, 'Enter that they were told');
  expect(await page.getByRole('alert').textContent()).toContain('say why');
  await unfold(page, 'Somebody was told');
  await page.locator('#duty-told').selectOption('EU authority');
  await page.getByLabel('Their reference').fill('CNIL 4711');
  await page.getByLabel('Why it was late').fill('The backup was not missed before Monday.');
  await button(page, 'Enter that they were told');
  expect(await text(page)).toContain('told a part');
  await unfold(page, 'Notice to an authority');
  await expectGoodLooks(page, 'breach draft');
  await unfold(page, 'Tell the people by mail');
  await page.locator('#words-tell').fill('Somebody who left copied a backup. Change your password.');
  await page.locator('form:has(#words-tell) button').click();
  expect(await text(page)).toContain('You propose');
  await edsger.page.goto(page.url());
  await expectGoodLooks(edsger.page, 'breach proposed');
  await button(edsger.page, 'Agree to it');
  await expect
    .poll(async () => (await control.sql("select 1 from breach_row where event = 'sent'")).length, {
      timeout: 20_000,
    })
    .toBe(1);
  await edsger.page.reload();
  expect(await text(edsger.page)).toContain('1 person was written to');
  await ada.page.goto(`${site}/console/profile/breach_notice`);
  expect(await text(ada.page)).toContain('Change your password.');
  await expectGoodLooks(ada.page, 'breach notice');
}, 120_000);

test('assessed, and closed by two', async () => {
  const { page } = edsger;
  await unfold(page, 'Correct what is known');
  await page.getByLabel('Risk for people').selectOption('risk');
  await page.locator('#risk_why').fill('Hashes are hard to guess.');
  await button(page, 'Write it anew');
  for (const duty of ['EU authority', 'US-CA people', 'US-CA authority']) {
    await unfold(page, 'Somebody was told');
    await page.locator('#duty-told').selectOption(duty);
    await page.locator('#phase').selectOption('whole');
    await button(page, 'Enter that they were told');
  }
  await unfold(page, 'Close it');
  await page.locator('#words-close').fill('Access ends on the last day now.');
  await page.locator('form:has(#words-close) button').click();
  await grace.page.goto(page.url());
  await button(grace.page, 'Agree to it');
  expect(await text(grace.page)).toContain('closed');
  await expectGoodLooks(grace.page, 'breach closed');
  const [download] = await Promise.all([
    grace.page.waitForEvent('download'),
    button(grace.page, 'Export it as JSON'),
  ]);
  expect(download.suggestedFilename()).toMatch(/^breach-[0-9a-f]{8}\.json$/);
}, 120_000);
