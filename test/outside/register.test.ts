/** The register of systems outside Kept: who may change it, what is refused, who looks after a system, what is remembered. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { CRM, hire, officeOf } from './office.ts';

let postgres: TestPostgres;
let control: TestControl;
let office: ReturnType<typeof officeOf>;
let privacy: Browser;
let admin: Browser;
let support: Browser;
let auditor: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  office = officeOf(control);
  privacy = await hire(control, 'privacy', 'privacy');
  admin = await hire(control, 'admin', 'admin');
  support = await hire(control, 'support', 'support');
  auditor = await hire(control, 'auditor', 'auditor');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('delete from outside_task');
  await control.sql('delete from outside_system');
});

const entries = () => control.sql("select role from record_entry where kind = 'outside_system' order by at");
const rows = () =>
  control.sql<{ name: string; owner: string | null; retired: boolean; holds: string[] }>(
    "select name, replace(owner_id::text, '-', '') as owner, retired_at is not null as retired, holds from outside_system",
  );
const changed = (id: string) => `/desk/systems/${id}`;

test('privacy and admin register; support and auditors read; each change stands in the record', async () => {
  const before = (await entries()).length;
  expect((await office.register(support)).status).toBe(403);
  expect((await office.register(auditor)).status).toBe(403);
  const id = await office.registered(privacy);
  expect((await office.post(admin, changed(id), { ...CRM, do: 'change', holds_staff: 'yes' })).status).toBe(
    303,
  );
  expect((await rows())[0]?.holds.sort()).toEqual(['customers', 'staff']);
  for (const who of [privacy, admin, support, auditor]) {
    expect(await office.text(who, '/desk/systems')).toContain(CRM.name);
    expect(await office.text(who, changed(id))).toContain('Search by address');
  }
  expect(await office.text(support, changed(id))).not.toContain('Retire it');
  for (const what of ['change', 'retire', 'take_up'])
    expect((await office.post(support, changed(id), { ...CRM, do: what })).status).toBe(403);
  expect((await entries()).slice(before)).toEqual([{ role: 'privacy' }, { role: 'admin' }]);
});

test('what is missing or wrong is refused, by name, and what was entered is shown again', async () => {
  const wrong: readonly (readonly [Record<string, string>, string])[] = [
    [{ name: ' ' }, 'Name'],
    [{ name: 'x'.repeat(81) }, 'Name'],
    [{ name: 'two\nlines' }, 'Name'],
    [{ kind: 'nonsense' }, 'What it is'],
    [{ holds_customers: 'no' }, 'Whom it may hold'],
    [{ holds_everybody: 'yes' }, 'Whom it may hold'],
    [{ finding: '' }, 'How one finds'],
    [{ finding: 'x'.repeat(2001) }, 'How one finds'],
    [{ owner: '0'.repeat(32) }, 'Who looks after it'],
    [{ owner: await office.personOf('auditor@example.org') }, 'Who looks after it'],
  ];
  for (const [form, says] of wrong) {
    const answer = await office.register(privacy, form);
    const html = await answer.text();
    expect(answer.status, JSON.stringify(form)).toBe(400);
    expect(html).toContain(says);
  }
  const html = await (
    await office.register(privacy, { kind: 'paper', finding: '', 'class_user.account': 'yes' })
  ).text();
  expect(html).toMatch(/value="paper" selected/);
  expect(html).toMatch(
    /name="class_user.account" value="yes" checked|checked="" name="class_user.account"|name="class_user.account"[^>]*checked/,
  );
  expect(await rows()).toEqual([]);
});

test('a script in a name is text', async () => {
  const id = await office.registered(privacy, { name: '<script>alert(1)</script>' });
  expect(await office.text(privacy, changed(id))).not.toContain('<script>alert(1)');
});

test('whoever looks after it is named, to auditors by role; without a role, or erased, nobody is', async () => {
  await hire(control, 'owner1', 'finance');
  const owner = await office.personOf('owner1@example.org');
  const id = await office.registered(privacy, { owner });
  expect(await office.text(privacy, changed(id))).toContain('(finance)');
  expect(await office.text(auditor, changed(id))).toContain('somebody (finance)');
  await control.admin('POST', '/accounts/owner1%40example.org/staff', { role: 'none' });
  expect(await office.text(privacy, changed(id))).toContain('no owner');
  expect(await office.text(privacy, '/desk/systems')).toMatch(/Nobody looks after (<!-- -->)?1/);
  await control.admin('POST', '/accounts/owner1%40example.org/staff', { role: 'support' });
  expect(await office.text(privacy, changed(id))).toContain('(support)');
  await control.admin('POST', '/accounts/owner1%40example.org/erase', { when: 'now' });
  expect((await rows())[0]).toMatchObject({ owner: null, name: CRM.name });
  expect(await office.text(privacy, changed(id))).toContain('no owner');
});

test('retired, it stays and can be taken up again; twice is refused', async () => {
  const id = await office.registered(privacy);
  const act = async (what: string) => (await office.post(privacy, changed(id), { do: what })).status;
  expect(await act('take_up')).toBe(409);
  expect(await act('retire')).toBe(303);
  expect(await act('retire')).toBe(409);
  expect(await office.text(privacy, changed(id))).toContain('makes no more tasks');
  expect((await rows())[0]?.retired).toBe(true);
  expect(await act('take_up')).toBe(303);
  expect((await rows())[0]?.retired).toBe(false);
  expect((await office.post(privacy, changed('0'.repeat(32)), { do: 'retire' })).status).toBe(404);
});
