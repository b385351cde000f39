/** Roles of staff over time: given, ended, taken; what an auditor is not told; mails with made-up values. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalogues, sampleMail, sampleMails } from '../../src/control/notices/index.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;
let site: string;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  site = control.settings.siteUrl;
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

async function staff(email: string, role: string): Promise<Browser> {
  const one = await somebody(control, email, role);
  await strengthen(one);
  return one;
}

const page = async (who: Browser, path: string) =>
  fetch(site + path, { headers: { cookie: who.cookie }, redirect: 'manual' });
const statusOf = async (who: Browser, path: string) => (await page(who, path)).status;
const give = (email: string, body: object) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/staff`, body);

test('a role that is taken is gone with the next request; the sign-in stays', async () => {
  const email = 'grace@example.org';
  const grace = await staff(email, 'admin');
  expect(await statusOf(grace, '/desk')).toBe(200);
  expect((await give(email, { role: 'none' })).status).toBe(200);
  expect(await statusOf(grace, '/desk')).toBe(404);
  expect(await statusOf(grace, '/console/profile')).toBe(200);
  expect(await grace.me()).toMatchObject({ signed_in: true, staff_role: null });
  expect((await give(email, { role: 'support' })).status).toBe(200);
  expect(await statusOf(grace, '/desk')).toBe(200);
  const { mails } = (await control.admin('GET', '/mails')).body;
  const told = mails.filter(({ template }: { template: string }) => template === 'staff_role_changed');
  expect(told).toHaveLength(2);
  const { text } = (await control.admin('GET', `/mails/${told[0].id}`)).body;
  expect(text).toContain('your role at the desk of this service is now: support.');
});

test('a role that has ended is as if it were not there, at the desk and in the record of sign-ins', async () => {
  const email = 'margaret@example.org';
  const margaret = await staff(email, 'auditor');
  expect(await statusOf(margaret, '/desk/record')).toBe(200);
  expect(await (await page(margaret, '/desk')).text()).toContain('until');
  await control.sql(
    "update person set staff_until = now() - interval '1 second' where staff_role = 'auditor'",
  );
  expect(await statusOf(margaret, '/desk/record')).toBe(404);
  expect(await margaret.me()).toMatchObject({ signed_in: true, staff_role: null });
  const until = new Date(Date.now() + 86_400_000).toISOString();
  expect((await give(email, { role: 'auditor', until })).body.changed).toBe(true);
  expect(await statusOf(margaret, '/desk/record')).toBe(200);
});

test('the database has no auditor without an end', async () => {
  await expect(control.sql("update person set staff_role = 'auditor', staff_until = null")).rejects.toThrow(
    'person_auditor_ends',
  );
});

test('why an account is suspended is told to whom may suspend, and to nobody else at the desk', async () => {
  const { account } = await control.customer();
  const words = 'Somebody called Ada complained';
  const path = `/accounts/acct_${account}/suspension`;
  expect((await control.admin('POST', path, { ground: 'abuse', reason: words })).status).toBe(201);
  const seenBy = async (role: string) =>
    (await page(await staff(`${role}-sees@example.org`, role), `/desk/acct_${account}`)).text();
  expect(await seenBy('privacy')).toContain(words);
  for (const role of ['finance', 'auditor']) {
    const text = await seenBy(role);
    expect(text.replaceAll('<!-- -->', ''), role).toContain('suspended: reported abuse');
    expect(text, role).not.toContain(words);
  }
});

test('every mail is written whole from made-up values', () => {
  const letters = readCatalogues();
  expect(sampleMails(letters, 'prepaid').length).toBeGreaterThan(20);
  for (const { name, subject } of sampleMails(letters, 'prepaid')) {
    const mail = sampleMail(name, { letters, siteUrl: site }, 'prepaid');
    // An answer stands in the thread of what it answers.
    if (name === 'message_answer') expect(mail.subject).toMatch(/^Re: /);
    else expect(mail.subject).toBe(subject);
    for (const words of [mail.text, mail.html]) expect(words, name).not.toMatch(/undefined|\$\{/);
    expect(mail.html, name).not.toMatch(/<(script|style|img|link)\b/);
  }
});

test('the HTML of a mail comes under a policy of its own, any other page under the common one', async () => {
  const ada = await staff('ada@example.org', 'support');
  const letter = await page(ada, '/desk/mails/export_ready.html');
  expect(letter.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src-attr 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox",
  );
  expect(letter.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(letter.headers.get('x-content-type-options')).toBe('nosniff');
  const around = await page(ada, '/desk/mails/export_ready');
  expect(around.headers.get('content-security-policy')).not.toContain('unsafe-inline');
  expect(around.headers.get('x-frame-options')).toBe('DENY');
  expect(await statusOf(ada, '/desk/mails/no_such_mail')).toBe(404);
  expect(await statusOf(ada, '/desk/mails/no_such_mail.html')).toBe(404);
});
