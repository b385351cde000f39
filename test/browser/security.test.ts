/** The security page without a script: password, address and passkeys are changed after a confirmation, and by nobody else. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authenticator } from '../sign-in/authenticator.ts';
import { GOOD_PASSWORD, Browser as Program } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const OTHER_PASSWORD = 'fenster wolke biber 17';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
});
afterAll(async () => {
  await stop?.();
});

/** Signs in as a program. */
async function signedIn(password: string): Promise<Program> {
  const program = new Program(site);
  expect((await program.post('/sign-in', { email: ada.email, password })).status).toBe(200);
  return program;
}

test('a sign-in that is not fresh is asked again first, and a form of it changes nothing', async () => {
  const old = await signedIn(GOOD_PASSWORD);
  await ada.age();
  await ada.page.goto(`${site}/console/security`);
  expect(await ada.page.getByLabel('New password').count()).toBe(0);
  for (const fields of [
    { what: 'password', password: OTHER_PASSWORD },
    { what: 'address', email: 'eve@example.org' },
  ]) {
    const headers = { cookie: old.cookie, origin: site };
    const body = new URLSearchParams(fields);
    const sent = await fetch(`${site}/console/security`, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
    });
    expect(sent.status).toBe(403);
  }
  await ada.page.getByRole('link', { name: 'Confirm that it is you to change them' }).click();
  await ada.page.getByLabel('Password').fill(GOOD_PASSWORD);
  await ada.page.getByRole('button', { name: 'Confirm' }).click();
  await ada.page.waitForURL('**/console/security');
});

test('a passkey is listed and removed, one’s own only', async () => {
  const own = await signedIn(GOOD_PASSWORD);
  const { ticket, options } = (await own.post('/passkeys/begin')).body;
  const response = new Authenticator(site).make(options);
  const { id } = (await own.post('/passkeys', { ticket, name: 'The blue <b>key</b>', response })).body;
  const eve = await visitor(browser, control, 'eve@example.org');
  const [{ name, value } = { name: '', value: '' }] = await eve.page.context().cookies();
  const headers = { cookie: `${name}=${value}`, origin: site };
  const body = new URLSearchParams({ passkey: id });
  const sent = await fetch(`${site}/console/security`, { method: 'POST', headers, body, redirect: 'manual' });
  expect(sent.status).toBe(404);
  await ada.page.goto(`${site}/console/security`);
  await expectGoodLooks(ada.page, 'security');
  await ada.page.getByRole('button', { name: 'Remove The blue <b>key</b>' }).click();
  await ada.page.getByText('You have none.').waitFor();
  expect(await control.sql('select 1 from passkey')).toEqual([]);
});

test('address and password are changed: a link goes to the one, other sign-ins end with the other', async () => {
  const other = await signedIn(GOOD_PASSWORD);
  await ada.page.goto(`${site}/console/security`);
  await ada.page.getByLabel('New e-mail address').fill('ada@example.net');
  await ada.page.getByRole('button', { name: 'Send the link' }).click();
  await ada.page.getByText('A link was sent to the new address').waitFor();
  expect(await control.sql("select 1 from mail where template = 'change_address'")).toHaveLength(1);
  await ada.page.getByLabel('New password').fill('password');
  await ada.page.getByRole('button', { name: 'Set it' }).click();
  expect(await ada.page.getByRole('alert').textContent()).toContain('The password was not accepted');
  await ada.page.getByLabel('New password').fill(OTHER_PASSWORD);
  await ada.page.getByRole('button', { name: 'Set it' }).click();
  await expect.poll(async () => (await other.me()).signed_in).toBe(false);
  await signedIn(OTHER_PASSWORD);
});
