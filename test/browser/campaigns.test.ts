/** Promotional mail from the first word to the way out, in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDkim } from '../mail/signing.ts';
import { linkIn, willing } from '../mail/world.ts';
import { type MailServer, startMailServer, tokenIn } from '../sign-in/mail-server.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const WITH_AXE = { javaScriptEnabled: true };
const WORDS = `Two models are new this month.

## What they do

- Summaries of long texts
- Answers with sources, in 40 languages

Prices and limits stand at https://example.org/models, as for all others.`;

let mails: MailServer;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let boss: Visitor;

beforeAll(async () => {
  mails = await startMailServer();
  const mail = { smtpUrl: mails.url, from: 'Kept <no-reply@example.org>', dkim: testDkim() };
  ({ control, browser, site, stop } = await startSite({ mail }));
  boss = await visitor(browser, control, 'boss@example.org', WITH_AXE, 'admin');
  await strengthen(boss.api);
  await willing(control, 'ada@example.org');
});
afterAll(async () => {
  await stop?.();
  await mails?.stop();
});

const reloaded = async (): Promise<string> => {
  await boss.page.reload();
  return (await boss.page.locator('main').textContent()) ?? '';
};

test('a campaign is written, looked at, tested and sent', async () => {
  const { page } = boss;
  await page.goto(`${site}/desk/campaigns`);
  await expectGoodLooks(page, 'campaigns empty');
  await page.getByRole('link', { name: 'Write a campaign' }).click();
  await page.getByLabel('Subject').fill('Your invoice');
  await page.getByLabel('Text').fill(WORDS);
  await page.getByRole('button', { name: 'Save it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('reads like mail about');
  expect(await page.getByLabel('Text').inputValue()).toBe(WORDS);
  await expectGoodLooks(page, 'campaign refused');
  await page.getByLabel('Subject').fill('Two new models');
  await page.getByRole('button', { name: 'Save it' }).click();
  await page.getByRole('heading', { name: 'Two new models' }).waitFor();
  await expectGoodLooks(page, 'campaign draft');
  await page.getByRole('button', { name: 'Send a test to myself' }).click();
  await page.getByRole('status').waitFor();
  await expect.poll(() => mails.mails.map((mail) => mail.subject)).toContain('[Test] Two new models');
  await page.getByRole('button', { name: 'Send it' }).click();
  await expect.poll(reloaded).toContain('fewer than');
  await expectGoodLooks(page, 'campaign sent');
  await page.goto(`${site}/desk/campaigns`);
  await expectGoodLooks(page, 'campaigns');
});

test('whoever opens the link sees one button, and is out by it', async () => {
  const [mail] = mails.mails.filter(({ subject }) => subject === 'Two new models');
  const link = linkIn(mail?.text);
  const page = await browser.newPage();
  await page.goto(link);
  await expectGoodLooks(page, 'unsubscribe');
  await page.getByRole('button', { name: 'Unsubscribe' }).click();
  await page.getByRole('heading', { name: 'You are out' }).waitFor();
  await expectGoodLooks(page, 'unsubscribed');
  await page.close();
});

test('the newsletter is asked for, confirmed and refused by pages without a script', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  const looks = await browser.newPage();
  await page.goto(`${site}/newsletter`);
  await page.getByLabel('E-mail address').fill('reader@example.org');
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
  const token = tokenIn(await mails.next('reader@example.org'));
  for (const [path, name] of [
    ['/newsletter', 'newsletter'],
    ['/newsletter?sent', 'newsletter asked'],
    [`/newsletter/confirm?token=${token}`, 'newsletter confirm'],
    ['/newsletter/confirm?done', 'newsletter confirmed'],
  ] as const) {
    await looks.goto(site + path);
    await expectGoodLooks(looks, name);
  }
  await page.goto(`${site}/newsletter/confirm?token=${token}`);
  await page.getByRole('button', { name: 'Yes, send it to me' }).click();
  await page.getByRole('heading', { name: 'You get the newsletter' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Yes, send it to me' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('This link was used already');
  await Promise.all([page.close(), looks.close()]);
});
