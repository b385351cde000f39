/** Reading mail that no rule understood, at the desk, without JavaScript. */
import { createTransport } from 'nodemailer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
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

test('a mail is opened, read, and becomes a request', async () => {
  const { page } = officer;
  await page.goto(`${site}/desk/requests/mail`);
  await expectGoodLooks(page, 'desk mail none');
  await createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({
    from: 'Ada <ada@example.org>',
    to: COMPANY.policyEmail,
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
