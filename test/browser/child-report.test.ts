/** A child's account is told of in a real browser, and a privacy officer decides at the desk (CHILD-2). */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let officer: Visitor;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  await visitor(browser, control, 'pupil@example.org');
  officer = await visitor(browser, control, 'officer@example.org', { javaScriptEnabled: true }, 'privacy');
  await strengthen(officer.api);
});
afterAll(async () => {
  await stop?.();
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

test('told by a stranger, decided at the desk, and the account is gone', async () => {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  await page.goto(`${site}/contact`);
  await page.getByRole('main').getByRole('link', { name: 'Tell us' }).click();
  await expectGoodLooks(page, 'child report');
  await page.getByLabel('Whose account').fill('pupil@example.org');
  await page.getByLabel('What you know').fill(' ');
  await page.getByRole('button', { name: 'Send it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('What you know');
  expect(await page.getByLabel('Whose account').inputValue()).toBe('pupil@example.org');
  await expectGoodLooks(page, 'child report refused');
  await page.getByLabel('What you know').fill('He is my pupil, and 15.');
  await page.getByLabel('Your e-mail address').fill('teacher@example.org');
  await page.getByRole('button', { name: 'Send it' }).click();
  expect(await text(page)).toContain('Thank you');
  await expectGoodLooks(page, 'child report sent');
  await context.close();

  const desk = officer.page;
  await desk.goto(`${site}/desk/requests`);
  await expectGoodLooks(desk, 'desk requests with a child report');
  await desk.getByRole('link', { name: 'A child’s account' }).click();
  await expectGoodLooks(desk, 'desk child report');
  await desk.getByRole('button', { name: 'Open what was written, and decide' }).click();
  expect(await text(desk)).toContain('He is my pupil, and 15.');
  await expectGoodLooks(desk, 'desk child report opened');
  await desk.getByLabel('Decision').selectOption('refused');
  await desk.getByRole('button', { name: 'Decide it' }).click();
  expect(await desk.getByRole('alert').textContent()).toContain('Ground');
  await expectGoodLooks(desk, 'desk child report without a ground');
  await desk.getByLabel('Decision').selectOption('whole');
  await desk.getByRole('button', { name: 'Decide it' }).click();
  await expect
    .poll(() => desk.reload().then(() => text(desk)), { timeout: 20_000 })
    .toContain('It was carried out');
  await expectGoodLooks(desk, 'desk child report carried out');
});
