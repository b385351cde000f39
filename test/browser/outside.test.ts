/** Systems outside, from the register to the last task, as staff and the person see it in a real browser, without JavaScript. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestsOf } from '../requests/people.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let officer: Visitor;
let clerk: Visitor;

const WITH_AXE = { javaScriptEnabled: true };

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  officer = await visitor(browser, control, 'officer@example.org', WITH_AXE, 'privacy');
  clerk = await visitor(browser, control, 'clerk@example.org', WITH_AXE, 'finance');
  for (const { api } of [officer, clerk]) await strengthen(api);
});
afterAll(async () => {
  await stop?.();
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

async function register(page: Page, name: string, kind: string, owner: string): Promise<void> {
  await page.goto(`${site}/desk/systems`);
  await page.getByRole('link', { name: 'Register a system' }).click();
  await page.getByLabel('What you call it').fill(name);
  await page.getByLabel('What it is', { exact: true }).selectOption(kind);
  await page.getByLabel('Customers').check();
  await page.getByLabel('E-mail address').check();
  await page.getByLabel('Who looks after it').selectOption({ label: owner });
  await page.getByLabel('How one finds somebody in it').fill('Search by the address, also in the archive.');
  await page.getByRole('button', { name: 'Register it' }).click();
}

test('the register: empty, a form with what was wrong, three systems, one of them', async () => {
  const { page } = officer;
  await page.goto(`${site}/desk/systems`);
  await expectGoodLooks(page, 'outside register empty');
  await page.goto(`${site}/desk/systems/new`);
  await expectGoodLooks(page, 'outside register form');
  await page.getByLabel('What you call it').fill('Sales');
  await page.getByLabel('How one finds somebody in it').fill('By address');
  await page.getByRole('button', { name: 'Register it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('choose at least one');
  expect(await page.getByLabel('What you call it').inputValue()).toBe('Sales');
  await expectGoodLooks(page, 'outside register refused');
  const owner = await page.locator('#owner option', { hasText: '(finance)' }).textContent();
  await register(page, 'Customer database', 'crm', owner ?? '');
  await register(page, 'Shared inbox of support', 'inbox', owner ?? '');
  await register(page, 'Binders in the archive room', 'paper', 'Whoever decides about requests');
  expect(await text(page)).toContain('Nobody looks after 1');
  await expectGoodLooks(page, 'outside register');
  await page.getByRole('link', { name: 'Customer database' }).click();
  await expectGoodLooks(page, 'outside system');
});

test('a request with tasks: the person waits, the owner looks and hands in, and then it is whole', async () => {
  await clerk.page.goto(`${site}/desk/tasks`);
  await expectGoodLooks(clerk.page, 'outside tasks none');
  await ada.page.goto(`${site}/privacy/requests?for=access`);
  await ada.page.getByRole('button', { name: 'Send the request' }).click();
  await requestsOf(control).until('carrying_out');
  const { id } = await requestsOf(control).newest();
  await expect
    .poll(async () => (await requestsOf(control).steps(id)).includes('do_own_part'), { timeout: 20_000 })
    .toBe(true);
  await ada.page.reload();
  expect(await text(ada.page)).toContain('not complete');
  await expectGoodLooks(ada.page, 'outside request waits');
  await control.sql(
    "update outside_task set due_at = now() - interval '1 day' where id in (select id from outside_task limit 1)",
  );
  await officer.page.goto(`${site}/desk/requests`);
  await expectGoodLooks(officer.page, 'outside queue');
  await officer.page.goto(`${site}/desk/requests/${id}`);
  await expectGoodLooks(officer.page, 'outside desk request');
  await officer.page.goto(`${site}/desk/tasks?all`);
  await expectGoodLooks(officer.page, 'outside tasks of all');
  const { page } = clerk;
  await page.goto(`${site}/desk/tasks`);
  await expectGoodLooks(page, 'outside tasks');
  await page.getByRole('link', { name: 'Customer database' }).click();
  await expectGoodLooks(page, 'outside task before');
  await page.getByRole('button', { name: 'Show whom to look for' }).click();
  expect(await text(page)).toContain('ada@example.org');
  await expectGoodLooks(page, 'outside task');
  await page.getByRole('button', { name: 'End the task' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('choose the one with what you found');
  await expectGoodLooks(page, 'outside task refused');
  await page.getByLabel('What was found').setInputFiles({
    name: 'export.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('name,since\nAda,2026\n'),
  });
  await page.getByRole('button', { name: 'End the task' }).click();
  expect(await text(page)).not.toContain('ada@example.org');
  await expectGoodLooks(page, 'outside task over');
  await page.goto(`${site}/desk/tasks`);
  await page.getByRole('link', { name: 'Shared inbox of support' }).click();
  await page.getByRole('button', { name: 'Show whom to look for' }).click();
  await page.getByRole('combobox', { name: 'What came of it' }).selectOption('cannot');
  await page.getByLabel('Ground, where it cannot be done').selectOption('rights_of_others');
  await page.getByRole('button', { name: 'End the task' }).click();
  await officer.page.getByRole('link', { name: 'Binders in the archive room' }).click();
  await officer.page.getByRole('button', { name: 'Show whom to look for' }).click();
  await officer.page.getByRole('combobox', { name: 'What came of it' }).selectOption('nothing_found');
  await officer.page.getByRole('button', { name: 'End the task' }).click();
  await requestsOf(control).until('delivered');
  await ada.page.reload();
  expect(await text(ada.page)).toContain('It would harm the rights of other people');
  await expectGoodLooks(ada.page, 'outside request done');
  const download = ada.page.waitForEvent('download');
  await ada.page.getByRole('link', { name: 'Download it' }).click();
  expect((await download).suggestedFilename()).toMatch(/^kept-outside-[0-9a-f]{32}\.txt$/);
});
