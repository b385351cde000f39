/** The desk in a real browser: who gets in, what is shown without a reason, looks, credit, suspension and what its people see. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import { Authenticator } from '../sign-in/authenticator.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org');
});
afterAll(async () => {
  await stop?.();
});

/** A member of staff; with a second factor unless `bare`. */
async function staff(role: 'support' | 'privacy' | 'admin', bare = false): Promise<Visitor> {
  const email = `${role}${bare ? '-bare' : ''}@example.org`;
  const one = await visitor(browser, control, email, { javaScriptEnabled: true }, role);
  if (bare) return one;
  const { secret } = (await one.api.post('/second-factor/begin')).body;
  const confirmed = await one.api.post('/second-factor/confirm', {
    code: codeAt(secret, stepAt(Date.now())),
  });
  expect(confirmed.status).toBe(200);
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
  // Only an admin adds credit.
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
