/**
 * A demand that may not be told of, from its entry to the notice at its end under a clock that jumped, as two people of staff and the
 * person see it in a real browser, without JavaScript; and one that is told before, to which they object.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { casesOf, dayIn, opened } from '../disclosure/cases.ts';
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
const PDF = { name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 an order') };

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  grace = await visitor(browser, control, 'grace@example.org', WITH_AXE, 'privacy', 'Grace Prepares');
  edsger = await visitor(browser, control, 'edsger@example.org', WITH_AXE, 'privacy', 'Edsger Approves');
  for (const { api } of [grace, edsger]) await strengthen(api);
}, 60_000);
afterAll(async () => {
  await stop?.();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';
const idOf = (page: Page): string => page.url().split('/').at(-1) ?? '';

async function enter(page: Page, silent: boolean): Promise<void> {
  await page.goto(`${site}/desk/disclosures/new`);
  await page.getByLabel('Who asks').fill('District Court of Example');
  await page.getByLabel('Where they are reached').fill('Clerk, 1 Court Square, Example');
  await page.getByLabel('On what basis').fill('18 U.S.C. § 2703(d), an investigation of fraud');
  await page.getByLabel('The order').setInputFiles(PDF);
  await page.getByLabel('Whom it names').fill('ada@example.org\nnobody@example.org');
  await page.getByLabel('E-mail address', { exact: true }).check();
  await page.getByLabel('Content of requests').check();
  if (silent) {
    await page.getByLabel('May not be told before').fill(dayIn(60));
    await page.getByLabel('What forbids it').fill('18 U.S.C. § 2705(b)');
    await page.getByLabel('The document that says so').setInputFiles(PDF);
  }
  await page.getByRole('button', { name: 'Enter it' }).click();
}

async function answerChecklist(page: Page, mayTell: 'yes' | 'no'): Promise<void> {
  for (const [name, answer] of Object.entries({
    valid: 'yes',
    jurisdiction: 'yes',
    scope: 'yes',
    notice: mayTell,
    narrower: 'no',
  })) {
    await page.locator(`#${name}`).selectOption(answer);
    await page.locator(`#note_${name}`).fill('Called back the clerk');
  }
  await page.getByRole('button', { name: 'Hand it to a second person' }).click();
}

test('a demand that may not be told of: entered, prepared, approved by somebody else, handed over', async () => {
  const { page } = grace;
  await page.goto(`${site}/desk/disclosures`);
  await expectGoodLooks(page, 'disclosures none');
  await page.goto(`${site}/desk/disclosures/new`);
  await expectGoodLooks(page, 'disclosures form');
  await page.getByLabel('Who asks').fill('District Court of Example');
  await page.getByLabel('Where they are reached').fill('Clerk');
  await page.getByLabel('On what basis').fill('A law');
  await page.getByLabel('Whom it names').fill('Ada Example');
  await page.getByLabel('The order').setInputFiles(PDF);
  await page.getByRole('button', { name: 'Enter it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('choose at least one');
  expect(await page.getByLabel('Who asks').inputValue()).toBe('District Court of Example');
  await expectGoodLooks(page, 'disclosures form refused');
  await enter(page, true);
  const id = idOf(page);
  expect(await text(page)).toContain('Nobody may be told of this');
  await expectGoodLooks(page, 'disclosures case open');
  await answerChecklist(page, 'no');
  await page.getByRole('button', { name: 'Approve' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('Two people are needed');
  await edsger.page.goto(`${site}/desk/disclosures`);
  await expectGoodLooks(edsger.page, 'disclosures list');
  await edsger.page.goto(`${site}/desk/disclosures/${id}`);
  await expectGoodLooks(edsger.page, 'disclosures case prepared');
  await edsger.page.getByRole('button', { name: 'Approve' }).click();
  await edsger.page.getByRole('button', { name: 'Make the package' }).click();
  await expectGoodLooks(edsger.page, 'disclosures case built');
  const passphrase = (await edsger.page.getByRole('status').locator('strong').textContent()) ?? '';
  const [download] = await Promise.all([
    edsger.page.waitForEvent('download'),
    edsger.page.getByRole('button', { name: 'Package for the recipient' }).click(),
  ]);
  const files = opened(await streamed(download), { passphrase });
  expect(JSON.parse(files.get('named-1/person.json') ?? '[]')).toEqual([{ email: 'ada@example.org' }]);
  expect(files.get('README.txt')).toContain('CONTENT OF REQUESTS: NONE IS KEPT.');
}, 120_000);

async function streamed(download: { createReadStream(): Promise<NodeJS.ReadableStream> }): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

test('the person sees nothing of it until its end; a clock that jumps ends nothing; then it stands there', async () => {
  const cases = casesOf(control);
  const [row] = await control.sql<{ id: string }>('select id::text as id from disclosure_case');
  const id = row?.id ?? '';
  await ada.page.goto(`${site}/console/disclosures`);
  expect(await text(ada.page)).toContain('There is nothing to tell');
  await expectGoodLooks(ada.page, 'disclosures mine none');
  await ada.page.goto(`${site}/privacy/transparency`);
  await expectGoodLooks(ada.page, 'transparency none');
  await control.stop();
  await control.sql("update clock_mark set seen_at = now() - interval '70 days', jumped_to = null");
  await cases.letGagEnd(id);
  await control.start();
  await expect.poll(() => control.lines.some(({ code }) => code === 'clock_jumped')).toBe(true);
  await ada.page.goto(`${site}/console/disclosures`);
  expect(await text(ada.page)).toContain('There is nothing to tell');
  await control.sql("update clock_mark set jumped_to = now() - interval '31 minutes'");
  await expect.poll(async () => (await cases.row(id)).told_at, { timeout: 20_000 }).not.toBeNull();
  await ada.page.reload();
  expect(await text(ada.page)).toContain('District Court of Example');
  await expectGoodLooks(ada.page, 'disclosures mine');
  const letter = await control.sql("select 1 from mail where template = 'data_disclosed'");
  expect(letter).toHaveLength(1);
  await grace.page.goto(`${site}/desk/disclosures?all`);
  await expectGoodLooks(grace.page, 'disclosures answered');
  await grace.page.getByRole('link', { name: 'Court order' }).click();
  await expectGoodLooks(grace.page, 'disclosures case closed');
}, 120_000);

test('its half-year over, the transparency report counts it, and is made in time', async () => {
  await control.sql("update disclosure_case set closed_at = closed_at - interval '190 days'");
  await control.sql(
    "update record_entry set at = at - interval '400 days' where id = (select id from record_entry order by at limit 1)",
  );
  await control.stop();
  await control.start();
  await ada.page.goto(`${site}/privacy/transparency`);
  expect(await text(ada.page)).toContain('1 to 9');
  await expectGoodLooks(ada.page, 'transparency');
  const times: number[] = [];
  for (let round = 0; round < 50; round++) {
    const begun = performance.now();
    await (await fetch(`${site}/privacy/transparency`)).text();
    times.push(performance.now() - begun);
  }
  const median = times.toSorted((one, other) => one - other)[25] ?? 0;
  console.log(`transparency page: median ${median.toFixed(1)} ms`);
  expect(median).toBeLessThan(50);
}, 60_000);

test('told before, they object; somebody reads it, narrows or refuses, and it is extended no more', async () => {
  const { page } = grace;
  await enter(page, false);
  const id = idOf(page);
  await answerChecklist(page, 'yes');
  await edsger.page.goto(`${site}/desk/disclosures/${id}`);
  await edsger.page.getByRole('button', { name: 'Approve' }).click();
  await expect
    .poll(async () => (await casesOf(control).row(id)).announced_at, { timeout: 15_000 })
    .not.toBeNull();
  await edsger.page.reload();
  await expectGoodLooks(edsger.page, 'disclosures case waits');
  await ada.page.goto(`${site}/console/disclosures`);
  await expectGoodLooks(ada.page, 'disclosures mine announced');
  await ada.page.getByLabel('Why you object').fill('They look for somebody with the same name.');
  await ada.page.getByRole('button', { name: 'Object' }).click();
  expect(await text(ada.page)).toContain('They look for somebody with the same name.');
  await expectGoodLooks(ada.page, 'disclosures mine objected');
  await page.goto(`${site}/desk/disclosures/${id}`);
  await expectGoodLooks(page, 'disclosures case objected');
  await page.getByRole('button', { name: 'Read it' }).click();
  expect(await text(page)).toContain('They look for somebody with the same name.');
  await expectGoodLooks(page, 'disclosures case objection');
  await page.getByText('Refuse it', { exact: true }).first().click();
  await page.locator('#reason-refuse').fill('Another person is meant');
  await page.getByRole('button', { name: 'Refuse it' }).click();
  expect(await text(page)).toContain('refused');
}, 120_000);
