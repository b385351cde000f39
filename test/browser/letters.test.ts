/** Reading mail that no rule understood, at the desk, without JavaScript. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { referenceOf } from '../../src/control/requests/reference.ts';
import { requestsOf } from '../requests/people.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, type TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let officer: Visitor;
let port: number;

beforeAll(async () => {
  port = await freePort();
  const listen = { host: '127.0.0.1', port, tls: null };
  ({ control, browser, site, stop } = await startSite({ mailDoor: { listen, imapUrl: null } }));
  officer = await visitor(browser, control, 'officer@example.org', { javaScriptEnabled: true }, 'privacy');
  await strengthen(officer.api);
});
afterAll(async () => {
  await stop?.();
});

const write = (message: SendMailOptions) =>
  createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({
    to: COMPANY.policyEmail,
    ...message,
  });

test('a mail is opened, read, and becomes a request', async () => {
  const { page } = officer;
  await page.goto(`${site}/desk/requests/mail`);
  await expectGoodLooks(page, 'desk mail none');
  await write({
    from: 'Ada <ada@example.org>',
    subject: 'Une question',
    text: 'Bonjour,\n\nque savez-vous de moi ? <script>alert(1)</script>\n\nMerci',
    attachments: [{ filename: 'id.pdf', content: 'x' }],
  });
  await page.reload();
  await expectGoodLooks(page, 'desk mail to read');
  await page.locator('tbody a').click();
  await expectGoodLooks(page, 'desk mail closed');
  await page.getByRole('button', { name: 'Open it' }).click();
  expect(await page.locator('pre').textContent()).toContain('<script>alert(1)</script>');
  await expectGoodLooks(page, 'desk mail opened');
  await page.getByLabel('What it asks for').selectOption({ label: 'Whether you hold anything' });
  await page.getByLabel('Where they live').selectOption({ label: 'France' });
  await page.getByRole('button', { name: 'Go on' }).click();
  expect(await page.locator('main').textContent()).toContain('No mail to the policy address waits');
  await page.goto(`${site}/desk/requests`);
  expect(await page.locator('main').textContent()).toContain('by mail');
});

test('an answer to a letter stands with its request, is opened, and answered', async () => {
  const { page } = officer;
  const grace = await somebody(control, 'grace@example.org');
  const requests = requestsOf(control);
  await requests.asked(grace, 'object', { words: 'Not for research' });
  const { id } = await requests.until('deciding');
  const subject = `Re: We have your request [${referenceOf(id)}]`;
  await write({ from: 'grace@example.org', subject, text: 'I changed my mind.\nPlease cancel my request.' });
  await write({ from: 'eve@example.net', subject, text: 'What did she ask?' });
  await page.goto(`${site}/desk/requests/mail`);
  await expectGoodLooks(page, 'desk mail about a request');
  await page.goto(`${site}/desk/requests/${id}`);
  await expectGoodLooks(page, 'desk request with mail');
  await page.getByRole('link', { name: 'Came by mail on' }).first().click();
  await page.getByRole('button', { name: 'Open it' }).click();
  await expectGoodLooks(page, 'desk mail to answer');
  await page.getByLabel('Your answer').fill('You can withdraw it on its page.\n\nWe have not begun yet.');
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await page.goto(`${site}/desk/requests/${id}`);
  expect(await page.locator('main').textContent()).toContain('answered on');
  await page.getByRole('link', { name: 'Came by mail on' }).first().click();
  await page.getByRole('button', { name: 'Open it' }).click();
  await expectGoodLooks(page, 'desk mail answered');
  await page.goto(`${site}/desk/mails/mail_withdraw`);
  await expectGoodLooks(page, 'desk sample of a letter');
});
