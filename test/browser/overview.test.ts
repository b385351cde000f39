/** The first page of the console: what a newcomer has still to do, and an account at a glance. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MailServer } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, visitor } from './members.ts';
import { giveAuthenticator } from './passkeys.ts';
import { startSiteWithMails, type TestSite } from './site.ts';

let mails: MailServer;
let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];

beforeAll(async () => {
  ({ mails, control, browser, site, stop } = await startSiteWithMails());
});
afterAll(async () => {
  await stop?.();
});

test('first steps are ticked off as they are taken, and go when all are', async () => {
  const { page, account } = await visitor(browser, control, 'new@example.org', { javaScriptEnabled: true });
  await giveAuthenticator(page);
  const overview = `${site}/console/${account}`;
  const states = async () => {
    await page.goto(overview);
    return page.locator('.first-steps .tag').allTextContents();
  };
  expect(await states()).toEqual(['to do', 'to do', 'to do', 'to do']);
  await expectGoodLooks(page, 'overview-new');
  await control.admin('POST', `/accounts/${account}/credit`, { amount: '5', reason: 'welcome' });
  expect(await states()).toEqual(['done', 'to do', 'to do', 'to do']);
  await page.getByText('$5.00').waitFor();
  await control.admin('POST', `/accounts/${account}/keys`, { name: 'laptop' });
  expect(await states()).toEqual(['done', 'done', 'to do', 'to do']);
  await control.sql(
    `insert into usage_record (id, account_id, key_id, model, endpoint, started_at, ending)
      select gen_random_uuid(), account_id, id, 1, 'chat', now(), 'complete' from api_key where account_id = $1`,
    [account.slice(5)],
  );
  expect(await states()).toEqual(['done', 'done', 'done', 'to do']);
  await page.getByRole('link', { name: 'Protect your sign-in' }).click();
  await page.getByLabel('Name of the new passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('not used yet').waitFor();
  expect(await states()).toEqual([]);
  await expectGoodLooks(page, 'overview');
});

test('a viewer sees neither money nor steps that are not theirs', async () => {
  const owner = await visitor(browser, control, 'owner@example.org');
  const viewer = await visitor(browser, control, 'viewer@example.org');
  await control.sql(
    `insert into membership (person_id, account_id, role)
      select person_id, $2, 'viewer' from membership where replace(account_id::text, '-', '') = $1`,
    [viewer.account.slice(5), owner.account.slice(5)],
  );
  await viewer.page.goto(`${site}/console/${owner.account}`);
  expect(await viewer.page.locator('.first-steps a').allTextContents()).toEqual(['Protect your sign-in']);
  expect(await viewer.page.getByText('Credit left').count()).toBe(0);
});

test('whose mailbox refuses our mail learns of it, until one gets there', async () => {
  const { page, api } = await visitor(browser, control, 'full@example.org', { javaScriptEnabled: true });
  const note = page.getByText('was refused there');
  const sent = async (state: string, password: string) => {
    expect((await api.post('/password', { password })).status).toBe(200);
    await expect
      .poll(() => control.sql('select state from mail order by created_at desc limit 1'))
      .toEqual([{ state }]);
    await page.goto(`${site}/console/security`);
  };
  await page.goto(`${site}/console/security`);
  expect(await note.count()).toBe(0);
  mails.behave = () => 550;
  await sent('undeliverable', 'fenster wolke biber 17');
  expect(await note.count()).toBe(1);
  await expectGoodLooks(page, 'mail-refused');
  mails.behave = () => 'take';
  await sent('sent', 'biber wolke fenster 18');
  expect(await note.count()).toBe(0);
});
