/** Support in a browser: somebody writes by the form and by mail, staff read and answer by keyboard, all in one thread. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSiteWithMails, type TestSiteWithMails } from './site.ts';

let at: TestSiteWithMails;
let browser: Browser;
let site: string;
let port: number;
let support: Visitor;
let ada: Visitor;

beforeAll(async () => {
  port = await freePort();
  at = await startSiteWithMails({
    mailDoor: { listen: { host: '127.0.0.1', port, tls: null }, imapUrl: null },
  });
  ({ browser, site } = at);
  support = await visitor(browser, at.control, 'support@example.org', { javaScriptEnabled: true }, 'support');
  await strengthen(support.api);
  ada = await visitor(browser, at.control, 'ada@example.org', { javaScriptEnabled: true });
}, 60_000);
afterAll(async () => {
  await at?.stop();
});

const mail = (message: SendMailOptions) =>
  createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({
    to: COMPANY.policyEmail,
    ...message,
  });
const textOf = async ({ page }: Pick<Visitor, 'page'>) => (await page.locator('main').textContent()) ?? '';

test('without an account and without JavaScript: a form, a mail with the reference, an answer', async () => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`${site}/contact?about=sales`);
  expect(await page.getByLabel('What it is about').inputValue()).toBe('sales');
  await page.getByLabel('Your e-mail address').fill('grace@example.net');
  await page.getByLabel('Subject').fill('Volumes');
  await page.getByLabel('Your message').fill('How much for a million requests?');
  await page.getByText('Add files').click();
  await page
    .getByLabel('File 1')
    .setInputFiles({ name: 'plan.pdf', mimeType: 'text/html', buffer: Buffer.from('%PDF-1.7') });
  await page.getByRole('button', { name: 'Send it' }).click();
  expect(await page.getByRole('status').textContent()).toContain('Your message is here');
  await page.context().close();
  const letter = await at.mails.next('grace@example.net');
  expect(letter.subject).toMatch(/^We have your message \[M-/);
});

test('the pages look good: empty, filled in, refused', async () => {
  const { page } = ada;
  await page.goto(`${site}/console/messages`);
  await expectGoodLooks(page, 'messages none');
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${site}/contact`);
  await stranger.getByText('Add files').click();
  await expectGoodLooks(stranger, 'contact stranger');
  await stranger.getByLabel('Your e-mail address').fill('somebody@example.net');
  await stranger.getByLabel('Subject').fill('x');
  await stranger.getByLabel('Your message').fill('x');
  await stranger
    .getByLabel('File 1')
    .setInputFiles({ name: 'a.exe', mimeType: 'x/y', buffer: Buffer.from('MZ\0') });
  await stranger.getByRole('button', { name: 'Send it' }).click();
  expect(await stranger.getByRole('alert').textContent()).toContain('each must be a PDF');
  expect(await stranger.getByLabel('Subject').inputValue()).toBe('x');
  await expectGoodLooks(stranger, 'contact refused');
  await stranger.goto(`${site}/contact?sent`);
  await expectGoodLooks(stranger, 'contact sent');
  await stranger.context().close();
  await page.goto(`${site}/contact`);
  await expectGoodLooks(page, 'contact signed in');
});

test('signed in, by mail and by web in one thread, answered at the desk by keyboard', async () => {
  const { page } = ada;
  await page.goto(`${site}/contact`);
  await page.getByLabel('What it is about').selectOption('support');
  await page.getByLabel('Subject').fill('My key is refused');
  await page.getByLabel('Your message').fill('Since this morning each request gets 401.\n\nreq_00c0ffee');
  await page.getByRole('button', { name: 'Send it' }).click();
  expect(await textOf(ada)).toContain('waits for our answer');
  const reference = /M-\w{4}-\w{4}/.exec(await textOf(ada))?.[0] ?? '';
  await expectGoodLooks(page, 'conversation own new');

  const desk = support.page;
  await desk.goto(`${site}/desk/messages`);
  await expectGoodLooks(desk, 'desk messages');
  await desk.getByRole('link', { name: reference }).click();
  await expectGoodLooks(desk, 'desk conversation closed');
  await desk.getByLabel('Why you look').focus();
  await desk.keyboard.type('To answer it');
  await desk.keyboard.press('Enter');
  await desk.getByText('each request gets 401').waitFor();
  await expectGoodLooks(desk, 'desk conversation opened');
  await desk.getByLabel('Your answer').focus();
  await desk.keyboard.type('The key has expired. Make another one.');
  await desk.keyboard.press('Tab');
  await desk.keyboard.press('Tab');
  await desk.keyboard.press('Enter');
  await desk.waitForURL(/inbox=mine/);
  await desk.goto(`${site}/desk/messages?inbox=mine&state=waiting`);
  expect(await textOf(support)).toContain(reference);

  const letter = await at.mails.next('ada@example.org');
  expect(letter.subject).toBe(`Re: My key is refused [${reference}]`);
  await mail({
    from: 'Ada <ada@example.org>',
    subject: `Re: ${letter.subject}`,
    inReplyTo: letter.messageId,
    text: 'Thank you, that was it.',
  });
  await page.goto(`${site}/console/messages`);
  await expectGoodLooks(page, 'messages some');
  await page.getByRole('link', { name: reference }).click();
  for (const said of ['each request gets 401', 'Make another one', 'that was it'])
    expect(await textOf(ada)).toContain(said);
  await expectGoodLooks(page, 'conversation own');
});

test('answers that are there, and a message that becomes a request', async () => {
  const desk = support.page;
  await desk.goto(`${site}/desk/messages/templates`);
  await expectGoodLooks(desk, 'answers none');
  await desk.getByRole('link', { name: 'Write one' }).click();
  await expectGoodLooks(desk, 'answer new');
  await desk.getByLabel('Name').fill('Keys end');
  await desk.getByLabel('Answer').fill('Keys end on the day that was set.');
  await desk.getByRole('button', { name: 'Save it' }).click();
  await desk.getByRole('link', { name: 'Keys end' }).click();
  await expectGoodLooks(desk, 'answer changed');
  await desk.goto(`${site}/desk/messages?inbox=all`);
  await desk.locator('tbody a').first().click();
  await desk.getByLabel('Why you look').fill('To see what it asks for');
  await desk.getByRole('button', { name: 'Open it' }).click();
  await desk.getByText('It asks for something about their data').click();
  await expectGoodLooks(desk, 'desk conversation with answers');
  await desk.getByLabel('What it asks for').selectOption('access');
  await desk.getByRole('button', { name: 'Make a request of it' }).click();
  await desk.goto(`${site}/desk/requests`);
  expect(await desk.locator('tbody tr').count()).toBe(1);
});
