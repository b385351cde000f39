/**
 * Somebody from outside decides an appeal in a real browser: invited at the desk, enrolled by the link of the mail and the
 * code that was handed over, shown that one request, and gone with the decision.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invitedIn, nowCode, OUTSIDER } from '../requests/invited.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { startSiteWithMails, type TestSiteWithMails } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let mails: TestSiteWithMails['mails'];
let stop: TestSiteWithMails['stop'];

const WITH_AXE = { javaScriptEnabled: true };

beforeAll(async () => {
  ({ control, browser, site, mails, stop } = await startSiteWithMails());
});
afterAll(async () => {
  await stop?.();
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

test('an appeal that nobody here may decide is decided by somebody from outside', async () => {
  const ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  const first = await visitor(browser, control, 'first@example.org', WITH_AXE, 'privacy');
  await strengthen(first.api);
  const outside = invitedIn(control, mails);
  const { id, path } = await outside.appealed(ada.api, first.api);

  const desk = first.page;
  await desk.goto(`${site}/desk/requests`);
  await expectGoodLooks(desk, 'desk requests with one decider');
  await desk.goto(`${site}/desk/requests/${id}`);
  await expectGoodLooks(desk, 'desk appeal without a decider');
  await desk.getByLabel('Name').fill(OUTSIDER.name);
  await desk.getByLabel('E-mail address').fill('ada@example.org');
  await desk.getByRole('button', { name: 'Invite them' }).click();
  expect(await desk.getByRole('alert').textContent()).toContain('It has to be somebody else');
  await expectGoodLooks(desk, 'desk outsider refused');
  await desk.getByLabel('E-mail address').fill(OUTSIDER.email);
  await desk.getByRole('button', { name: 'Invite them' }).click();
  const handover = (await desk.locator('.secret').textContent())?.trim() ?? '';
  expect(handover).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){4}$/);
  await expectGoodLooks(desk, 'desk outsider invited');

  const link = await outside.link();
  const context = await browser.newContext(WITH_AXE);
  const page = await context.newPage();
  await page.goto(site + link);
  await expectGoodLooks(page, 'outsider invited');
  await page.getByLabel('I accept this duty').check();
  await page.getByLabel('The code that you were given').fill('aaaa-bbbb');
  await page.getByRole('button', { name: 'Go on' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('not right');
  await expectGoodLooks(page, 'outsider wrong code');
  await page.getByLabel('I accept this duty').check();
  await page.getByLabel('The code that you were given').fill(handover);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expectGoodLooks(page, 'outsider sets up');
  await page.getByText('Type it in instead').click();
  const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
  await page.getByLabel('The six digits').fill(nowCode(secret));
  await page.getByRole('button', { name: 'That is it' }).click();
  await expectGoodLooks(page, 'outsider enrolled');
  await outside.letTimePass();
  await page.getByLabel('The six digits').fill(nowCode(secret));
  await page.getByRole('button', { name: 'Open the appeal' }).click();
  expect(await text(page)).toContain('The credit of March is 20');
  await expectGoodLooks(page, 'outsider sees the appeal');

  const own = ada.page;
  await own.goto(site + path);
  expect(await text(own)).toContain('An independent person from outside looks at it');
  await expectGoodLooks(own, 'request before somebody from outside');
  await own.goto(`${site}/console/profile`);
  expect(await text(own)).toContain('as an independent person from outside');

  await page.getByLabel('Decision').selectOption('upheld');
  await page.getByLabel('Reason').fill('There is one payment in the books.');
  await page.getByLabel('The next code').fill('000000');
  await page.getByRole('button', { name: 'Decide it' }).click();
  // What was written is not lost.
  expect(await page.getByLabel('Reason').inputValue()).toBe('There is one payment in the books.');
  await expectGoodLooks(page, 'outsider decision refused');
  await outside.letTimePass();
  await page.getByLabel('The six digits').fill(nowCode(secret));
  await page.getByRole('button', { name: 'Decide it' }).click();
  expect(await text(page)).toContain('Thank you');
  await expectGoodLooks(page, 'outsider decided');
  await page.goto(site + link);
  await expectGoodLooks(page, 'outsider over');
  await own.goto(site + path);
  expect(await text(own)).toContain('There is one payment in the books.');
  await expectGoodLooks(own, 'request decided from outside');
  await context.close();
}, 120_000);
