/** The desk in a real browser: who gets in, what is shown without a reason, looks, credit, suspension and what its people see. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StaffRole } from '../../src/control/accounts/index.ts';
import { Authenticator } from '../sign-in/authenticator.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let hired = 0;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org');
});
afterAll(async () => {
  await stop?.();
});

/** A member of staff; with a second factor unless `bare`. */
async function staff(role: StaffRole, bare = false): Promise<Visitor> {
  const email = `${role}${bare ? '-bare' : ''}${++hired}@example.org`;
  const one = await visitor(browser, control, email, { javaScriptEnabled: true }, role);
  if (bare) return one;
  await strengthen(one.api);
  return one;
}

async function entries(kind: string): Promise<{ role: string }[]> {
  return control.sql(`select role from record_entry where kind = '${kind}' order by at`);
}

async function find(page: Page, reference: string): Promise<void> {
  await page.goto(`${site}/desk`);
  await page.getByLabel('E-mail address or id').fill(reference);
  await page.getByRole('button', { name: 'Find it' }).click();
}

test('nobody but staff finds a desk, and staff only with a second factor', async () => {
  for (const path of ['/desk', `/desk/${ada.account}`, `/desk/${ada.account}/person`]) {
    expect((await ada.page.goto(`${site}${path}`))?.status(), path).toBe(404);
  }
  const { page, api } = await staff('support', true);
  const refused = page.getByText('Whoever works here signs in with a passkey');
  await page.goto(`${site}/desk`);
  expect(await refused.count()).toBe(1);
  // To own a passkey is not enough: this sign-in took a link and a password.
  const begun = (await api.post('/passkeys/begin')).body;
  const response = new Authenticator(site).make(begun.options);
  expect((await api.post('/passkeys', { ticket: begun.ticket, name: 'A key', response })).status).toBe(201);
  await page.reload();
  expect(await refused.count()).toBe(1);
  await page.goto(`${site}/desk/${ada.account}`);
  expect(await page.getByText(ada.account).count()).toBe(0);
});

test('support finds an account by its exact address: numbers, and nothing personal', async () => {
  const { page } = await staff('support');
  await find(page, 'ada@example.or');
  expect(await page.getByRole('alert').textContent()).toContain('no such account');
  await expectGoodLooks(page, 'desk refused');
  await find(page, ' Ada@example.org ');
  expect(new URL(page.url()).pathname).toBe(`/desk/${ada.account}`);
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain('Keys that work');
  expect(text).not.toContain('Ada');
  expect(text).not.toContain('example.org');
  // Only finance and admins add credit.
  expect(await page.getByLabel('Amount in US dollars').count()).toBe(0);
  await expectGoodLooks(page, 'desk account');
});

test('a look demands a reason, is in the record before it opens, and stands at no address', async () => {
  const { page, age } = await staff('privacy');
  const looks = async () => (await entries('staff_read')).length;
  const before = await looks();
  await page.goto(`${site}/desk/${ada.account}/person`);
  await page.getByLabel('Reason').fill('   ');
  await page.getByRole('button', { name: 'Open it' }).click();
  expect(await page.getByRole('alert').count()).toBe(1);
  expect(await looks()).toBe(before);
  await page.getByLabel('Reason').fill('Asked by letter what we hold');
  await page.getByRole('button', { name: 'Open it' }).click();
  expect(await page.getByText('ada@example.org').count()).toBeGreaterThan(0);
  expect((await entries('staff_read')).at(-1)?.role).toBe('privacy');
  // What they agreed to: policy, terms, age.
  expect(await page.getByRole('rowheader', { name: '3 of 3' }).count()).toBeGreaterThan(0);
  await expectGoodLooks(page, 'desk person');
  await page.goto(page.url());
  expect(await page.getByText('ada@example.org').count()).toBe(0);
  expect(await looks()).toBe(before + 1);
  await age();
  await page.goto(`${site}/desk/${ada.account}/person`);
  expect(new URL(page.url()).pathname).toBe('/console/confirm');
});

test('suspending says why to its people and stops its keys; ending it lets them work', async () => {
  const { page } = await staff('admin');
  await find(page, ada.account);
  await page.getByLabel('Ground').selectOption('abuse');
  await page.getByLabel('Reason', { exact: true }).first().fill('Mass mail was sent with answers of ours');
  await page.getByRole('button', { name: 'Suspend the account' }).click();
  expect(await page.getByRole('heading', { name: /^Suspended since/ }).count()).toBe(1);
  await expectGoodLooks(page, 'desk suspended');
  await ada.page.goto(`${site}/console/${ada.account}`);
  expect(await ada.page.getByRole('status').textContent()).toContain(
    'Mass mail was sent with answers of ours',
  );
  await page.getByLabel('Why it ends').fill('It was somebody else');
  await page.getByRole('button', { name: 'Let its keys work again' }).click();
  await ada.page.reload();
  expect(await ada.page.getByRole('status').count()).toBe(0);

  await page.getByLabel('Amount in US dollars').fill('12,5');
  await page.getByLabel('Reason', { exact: true }).last().fill('A gift');
  await page.getByRole('button', { name: 'Book it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('25.00');
  await page.getByLabel('Amount in US dollars').fill('12.50');
  await page.getByRole('button', { name: 'Book it' }).click();
  expect(await page.getByText('$12.50').count()).toBe(1);
  expect((await entries('credit_change')).at(-1)?.role).toBe('admin');
});

test('finance books credit, and neither suspends nor looks', async () => {
  const { page } = await staff('finance');
  await find(page, 'ada@example.org');
  expect(await page.getByRole('link', { name: 'Look at the person’s data' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Suspend the account' }).count()).toBe(0);
  await page.getByLabel('Amount in US dollars').fill('1.00');
  await page.getByLabel('Reason', { exact: true }).fill('Paid by transfer');
  await page.getByRole('button', { name: 'Book it' }).click();
  expect(await page.getByText('$13.50').count()).toBe(1);
  expect((await entries('credit_change')).at(-1)?.role).toBe('finance');
});

test('an auditor finds by id, sees numbers, no form, and where the record is checked', async () => {
  const { page } = await staff('auditor');
  await page.goto(`${site}/desk`);
  expect(await page.getByLabel('E-mail address or id').count()).toBe(0);
  await page.getByLabel('Id').fill('ada@example.org');
  await page.getByRole('button', { name: 'Find it' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('Your role is auditor');
  await expectGoodLooks(page, 'desk auditor refused');
  await page.getByLabel('Id').fill(ada.account);
  await page.getByRole('button', { name: 'Find it' }).click();
  expect(await page.getByText('Keys that work').count()).toBe(1);
  expect(await page.locator('main form').count()).toBe(0);
  await expectGoodLooks(page, 'desk auditor account');
  await page.getByRole('link', { name: 'Record' }).click();
  const key = (await (await fetch(`${site}/record/verifier-key`)).text()).trim();
  expect(await page.getByText(key).count()).toBe(1);
  await expectGoodLooks(page, 'desk record');
});

test('a mail is shown as it is sent, in a frame that runs and loads nothing', async () => {
  const { page } = await staff('support');
  await page.goto(`${site}/desk/mails`);
  await expectGoodLooks(page, 'desk mails');
  await page.getByRole('link', { name: 'A new sign-in to your account' }).click();
  const letter = page.frameLocator('iframe');
  expect(await letter.getByText('Hello Ada Example,').count()).toBe(1);
  // Its own style holds: the Content-Security-Policy lets it.
  const style = "getComputedStyle(document.querySelector('a')).backgroundColor";
  expect(await page.frames()[1]?.evaluate(style)).toBe('rgb(27, 94, 75)');
  await expectGoodLooks(page, 'desk mail');
});
