/**
 * Leaving by the site, without a script: what happens is said before, the last owner decides what becomes of their
 * account, the deletion stands in the record in the person's name, and is taken back; the export goes along meanwhile.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let bob: Visitor;

const PAGE = '/console/profile/delete';

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
  bob = await visitor(browser, control, 'bob@example.org');
  await control.admin('POST', '/accounts/ada@example.org/keys', { name: 'A laptop of hers' });
  // Bob belongs to Ada's account, which only she owns.
  await control.sql(
    `insert into membership (person_id, account_id, role)
       select m.person_id, $1::uuid, 'developer' from membership m where m.account_id = $2::uuid`,
    [ada.account.slice(5), bob.account.slice(5)],
  );
});
afterAll(async () => {
  await stop?.();
});

const path = ({ page }: Visitor) => new URL(page.url()).pathname;
const roleOf = async (who: Visitor) =>
  (
    await control.sql<{ role: string }>(
      `select role from membership where account_id = $1::uuid and person_id =
        (select person_id from membership where account_id = $2::uuid and role = 'owner' limit 1)`,
      [ada.account.slice(5), who.account.slice(5)],
    )
  )[0]?.role;

test('it is asked again whether it is them, and nobody else gets there', async () => {
  for (const at of [PAGE, '/console/export', `/console/export/${'0'.repeat(32)}/archive`]) {
    const refused = await fetch(site + at, { redirect: 'manual' });
    expect(refused.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(at)}`);
  }
  await ada.age();
  for (const at of [PAGE, '/console/export']) {
    await ada.page.goto(site + at);
    expect(path(ada), at).toBe('/console/confirm');
  }
  const [{ name, value } = { name: '', value: '' }] = await ada.page.context().cookies();
  const headers = { cookie: `${name}=${value}`, origin: site };
  const sent = await fetch(site + PAGE, {
    method: 'POST',
    headers,
    body: new URLSearchParams({}),
    redirect: 'manual',
  });
  expect(sent.status).toBe(403);
  expect(await control.sql('select 1 from erasure')).toEqual([]);
  await control.sql('update session set authenticated_at = now()');
});

test('what happens is said before, and nothing is decided for them', async () => {
  await ada.page.goto(site + PAGE);
  const text = await ada.page.locator('main').textContent();
  for (const words of [
    'A laptop of hers',
    'takes over today',
    'It is closed',
    'What a law keeps',
    '26 U.S.C.',
  ])
    expect(text).toContain(words);
  await expectGoodLooks(ada.page, 'delete the account');
  const [{ name, value } = { name: '', value: '' }] = await ada.page.context().cookies();
  const headers = { cookie: `${name}=${value}`, origin: site };
  for (const said of ['', 'nobody', '0'.repeat(32)]) {
    const body = new URLSearchParams({ [ada.account]: said });
    const sent = await fetch(site + PAGE, { method: 'POST', headers, body, redirect: 'manual' });
    expect(sent.status, said).toBe(400);
  }
  expect(await control.sql('select 1 from erasure')).toEqual([]);
});

test('handed over, the account goes on; the deletion is the person’s own act, and they are told', async () => {
  await ada.page.goto(site + PAGE);
  await ada.page.getByLabel(/takes over today/).check();
  await ada.page.getByRole('button', { name: 'Delete the account' }).click();
  await ada.page.waitForURL('**/console/leaving');
  expect(await roleOf(bob)).toBe('owner');
  expect(await control.sql('select state, role from erasure')).toEqual([
    { state: 'scheduled', role: 'person' },
  ]);
  const entries = await control.sql(
    "select kind, role from record_entry where kind in ('erasure_scheduled', 'role_change') and role in ('person', 'owner') order by at",
  );
  expect(entries).toEqual([
    { kind: 'role_change', role: 'owner' },
    { kind: 'erasure_scheduled', role: 'person' },
  ]);
  expect(await control.sql("select 1 from mail where template = 'deletion_scheduled'")).toHaveLength(1);
  expect(await ada.page.getByText('c2sp.org/tlog-proof').count()).toBe(1);
  await expectGoodLooks(ada.page, 'leaving');
  for (const at of ['/console/profile', '/console/security', PAGE]) {
    await ada.page.goto(site + at);
    expect(path(ada), at).toBe('/console/leaving');
  }
});

test('while it is scheduled the data can be taken along, and it is taken back', async () => {
  await ada.page.goto(`${site}/console/export`);
  await ada.page.getByRole('button', { name: 'Make the archive' }).click();
  await ada.page.getByRole('link', { name: 'Download it' }).waitFor();
  const [download] = await Promise.all([
    ada.page.waitForEvent('download'),
    ada.page.getByRole('link', { name: 'Download it' }).click(),
  ]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  const archive = Buffer.concat(parts).toString('latin1');
  for (const file of ['data/person.json', 'manifest.json', 'receipt.tlog-proof'])
    expect(archive).toContain(file);
  expect(archive).not.toContain('legal_hold');
  await ada.page.goto(`${site}/console/leaving`);
  await ada.page.getByRole('button', { name: 'Keep the account' }).click();
  await ada.page.waitForURL('**/console/acct_*');
  expect(await control.sql('select state, role from erasure')).toEqual([
    { state: 'cancelled', role: 'person' },
  ]);
  expect(await control.sql("select 1 from mail where template = 'deletion_cancelled'")).toHaveLength(1);
});

test('an account of one’s own is deleted with its person, and its keys stop at once', async () => {
  const link = await control.gateway();
  const eve = await visitor(browser, control, 'eve@example.org');
  await eve.page.goto(site + PAGE);
  expect(await eve.page.getByText('It is yours alone').count()).toBe(1);
  await eve.page.getByLabel('Keep not even that.').check();
  await eve.page.getByRole('button', { name: 'Delete the account' }).click();
  expect(path(eve)).toBe('/console/leaving');
  await link.until('account', ({ id, active }) => id === eve.account.slice(5) && !active);
  link.socket.destroy();
  expect(await control.sql("select suppressed from erasure where state = 'scheduled'")).toEqual([
    { suppressed: false },
  ]);
});
