/**
 * Asking about one's data in a real browser, without JavaScript: by a stranger whose link goes to the address held, by
 * somebody signed in, with a refusal and an appeal that two people of the staff decide.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { climberOf, THIS_MONTH } from '../requests/climber.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let first: Visitor;
let second: Visitor;

const WITH_AXE = { javaScriptEnabled: true };

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  first = await staff('first');
  second = await staff('second');
});
afterAll(async () => {
  await stop?.();
});

async function staff(name: string): Promise<Visitor> {
  const one = await visitor(browser, control, `${name}@example.org`, WITH_AXE, 'privacy');
  await strengthen(one.api);
  return one;
}

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

test('a stranger asks for a copy: told the same whatever the address, and proven by the link', async () => {
  const context = await browser.newContext(WITH_AXE);
  const page = await context.newPage();
  await page.goto(`${site}/privacy/requests`);
  await expectGoodLooks(page, 'requests choose');
  await page.getByRole('link', { name: 'Whether you hold anything' }).click();
  await expectGoodLooks(page, 'requests ask as a stranger');
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Where you live').selectOption({ label: 'Virginia' });
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await text(page)).toContain('If the address that was named is one that we hold');
  const address = page.url();
  await expectGoodLooks(page, 'request waits for proof');

  const letter = await requestsOf(control).letter('request_proof');
  await page.goto(`${site}/privacy/requests/prove?token=${proofIn(letter)}`);
  await expectGoodLooks(page, 'request prove');
  await page.getByRole('button', { name: 'It was me: go on' }).click();
  expect(page.url()).not.toBe(address);
  expect(await text(page)).toContain('Yes, we hold data about you');
  await expectGoodLooks(page, 'request carried out');
  await page.goto(`${site}/privacy/requests/prove?token=${proofIn(letter)}`);
  expect(await text(page)).toContain('This link is over');
  await expectGoodLooks(page, 'request link over');
  await context.close();
});

test('what is missing is said beside the form, and what was entered stays', async () => {
  const { page } = ada;
  await page.goto(`${site}/privacy/requests?for=correct`);
  await page.getByLabel('What is right').fill('x');
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('In your words');
  expect(await page.getByLabel('What is right').inputValue()).toBe('x');
  await expectGoodLooks(page, 'requests correct refused');
});

test('somebody corrects in words; refused, they appeal; somebody else decides', async () => {
  const { page } = ada;
  await page.goto(`${site}/privacy/requests?for=correct`);
  await page.getByLabel('Or in your words').fill('The credit of March is 20, not 10.');
  await page.getByLabel('Where you live').selectOption({ label: 'Iowa' });
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await text(page)).toContain('Somebody here looks at it and decides');
  const address = page.url();
  await expectGoodLooks(page, 'request deciding');

  await first.page.goto(`${site}/desk/requests`);
  await expectGoodLooks(first.page, 'desk requests');
  await first.page.getByRole('link', { name: 'Correct something' }).first().click();
  await expectGoodLooks(first.page, 'desk request');
  await first.page.getByRole('button', { name: 'Open what was written, and decide' }).click();
  expect(await text(first.page)).toContain('The credit of March is 20, not 10.');
  await expectGoodLooks(first.page, 'desk request opened');
  await first.page.getByLabel('Decision').selectOption('refused');
  await first.page.getByLabel('Reason').fill('The payment of 3 March was 10 dollars.');
  await first.page.getByRole('button', { name: 'Decide it' }).click();
  expect(await first.page.getByRole('alert').textContent()).toContain('Ground');
  await expectGoodLooks(first.page, 'desk request refused to decide');
  await first.page.getByLabel('Ground, where not all of it is done').selectOption('would_be_wrong');
  await first.page.getByRole('button', { name: 'Decide it' }).click();
  expect(await text(first.page)).toContain('would make the data wrong');

  await page.goto(address);
  expect(await text(page)).toContain('The payment of 3 March was 10 dollars.');
  await expectGoodLooks(page, 'request refused');
  await page.getByLabel('What you do not agree with').fill('I paid twice.');
  await page.getByRole('button', { name: 'Appeal' }).click();
  expect(await text(page)).toContain('appealed');

  await first.page.reload();
  expect(await text(first.page)).toContain('You decided this first');
  await expectGoodLooks(first.page, 'desk appeal of the first decider');
  await second.page.goto(first.page.url());
  await second.page.getByRole('button', { name: 'Open what was written, and decide' }).click();
  expect(await text(second.page)).toContain('I paid twice.');
  await expectGoodLooks(second.page, 'desk appeal opened');
  await second.page.getByLabel('Decision').selectOption('upheld');
  await second.page.getByLabel('Reason').fill('There is one payment in the books.');
  await second.page.getByRole('button', { name: 'Decide it' }).click();
  await page.goto(address);
  expect(await text(page)).toContain('There is one payment in the books.');
  await expectGoodLooks(page, 'request appeal decided');
});

test('a deletion says what it means, shows until when it can be taken back, and is one’s own on the console', async () => {
  const eve = await visitor(browser, control, 'eve@example.org', WITH_AXE);
  const { page } = eve;
  await page.goto(`${site}/privacy/requests?for=delete`);
  await expectGoodLooks(page, 'requests delete');
  await page.getByLabel('Deleting my data means deleting my account').check();
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await text(page)).toContain('Until then you can keep it');
  await expectGoodLooks(page, 'request deletion waits');
  await page.getByRole('link', { name: 'sign in' }).click();
  await page.getByRole('button', { name: 'Keep the account' }).click();
  await page.goto(`${site}/console/profile#requests`);
  expect(await text(page)).toContain('Delete my data');
  await expectGoodLooks(page, 'profile with requests');
});

test('a letter is entered at the desk', async () => {
  const { page } = first;
  await page.goto(`${site}/desk/requests/new`);
  await expectGoodLooks(page, 'desk letter');
  await page.getByLabel('What is asked').selectOption('access');
  await page.getByLabel('In their words').fill('Send me what you have');
  await page.getByRole('button', { name: 'Enter it' }).click();
  expect(await text(page)).toContain('You have seen who asks');
  await expectGoodLooks(page, 'desk letter entered');
});

test('somebody who has lost the mailbox shows a key and facts, waits, and fetches the archive by the code', async () => {
  await visitor(browser, control, 'lost@example.org', WITH_AXE);
  const climber = climberOf(control);
  const { secret } = await climber.key('lost@example.org');
  const context = await browser.newContext(WITH_AXE);
  const page = await context.newPage();
  await page.goto(`${site}/privacy/requests?for=access`);
  await page.getByLabel('E-mail address').fill('lost@example.org');
  await page.getByRole('button', { name: 'Send the request' }).click();
  const address = page.url();
  await page.getByText('I cannot read mail at that address any more').click();
  await expectGoodLooks(page, 'request ladder');
  await page.getByLabel('Month in which the account was made').fill('2001-01');
  await page.getByRole('button', { name: 'Show them' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('does not show who asks');
  await expectGoodLooks(page, 'request ladder not shown');
  await page.getByRole('button', { name: 'Show the command' }).click();
  await expectGoodLooks(page, 'request ladder command');
  const command = (await page.getByLabel('The command that shows an API key').textContent()) ?? '';
  const [, challenge = ''] = /challenge=([\w-]{43})/.exec(command) ?? [];
  expect((await climber.send(challenge, secret)).status).toBe(200);
  await page.goto(address);
  expect(await text(page)).toContain('Shown: an API key');
  await expectGoodLooks(page, 'request ladder one shown');
  await page.getByLabel('Month in which the account was made').fill(THIS_MONTH);
  await page.getByLabel('Name of an API key').fill('Nightly zebra summaries');
  await page.getByRole('button', { name: 'Show them' }).click();
  expect(await text(page)).toContain('Keep this code');
  const code = (await page.locator('.secret').textContent())?.trim() ?? '';
  await expectGoodLooks(page, 'request ladder code');
  await page.goto(address);
  await expectGoodLooks(page, 'request ladder waits');
  await page.goto(`${site}/privacy/requests/not-me?token=${await climber.stopLink()}`);
  await expectGoodLooks(page, 'request not me');

  await climber.waitEnds();
  await requestsOf(control).until('delivered');
  await page.goto(address);
  await expectGoodLooks(page, 'request ladder fetch');
  await page.getByLabel('The code that was shown to you').fill('aaaa');
  await page.getByRole('button', { name: 'Download' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('not the code');
  await expectGoodLooks(page, 'request ladder wrong code');
  await page.getByLabel('The code that was shown to you').fill(code);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('kept-export.zip');
  await page.goto(`${site}/privacy/requests/not-me?token=${await climber.stopLink()}`);
  await page.getByRole('button', { name: 'It was not me: stop it' }).click();
  await expectGoodLooks(page, 'request stopped by the holder');
  await page.goto(address);
  await expectGoodLooks(page, 'request ladder stopped');
  await context.close();
});
