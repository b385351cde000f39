/**
 * Data that a case names are held, and no other; whom nothing is held of is answered so, unknown or erased; exactly the time and the
 * people that are named; what the operator begins is off unless configured; what HIPAA keeps is kept apart.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Cases, casesOf, dayIn, hireAs, opened } from './cases.ts';

let postgres: TestPostgres;
let control: TestControl;
let cases: Cases;
let one: Browser;
let other: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  const disclosures = { objectionDays: 3, kinds: ['fraud'], hipaa: true } as const;
  control = await startTestControl(postgres, { disclosures }, openSite);
  cases = casesOf(control);
  one = await hireAs(control, 'Grace Prepares', 'grace@example.org');
  other = await hireAs(control, 'Edsger Approves', 'edsger@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const EMERGENCY = { kind: 'emergency' } as const;
const erase = (email: string) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/erase`, { when: 'now' });
const packageOf = async (id: string, passphrase: string) =>
  opened(new Uint8Array(await (await cases.download(one, id)).arrayBuffer()), { passphrase });
const rowsIn = (files: ReadonlyMap<string, string>, path: string): Record<string, unknown>[] =>
  JSON.parse(files.get(path) ?? '[]');
const consentsOf = (email: string) =>
  control.sql('select 1 from consent where person_id = $1::uuid', [people.get(email)]);
const people = new Map<string, string>();

async function person(email: string): Promise<Browser> {
  const made = await somebody(control, email);
  const { body } = await control.admin('GET', `/accounts/${email}`);
  const [row] = await control.sql<{ id: string }>(
    'select person_id::text as id from membership where account_id = $1::uuid',
    [body.id.slice('acct_'.length)],
  );
  people.set(email, row?.id ?? '');
  await cases.post(made, '/privacy/choices', { promotional_mail: 'given', promotional_mail_version: '2' });
  return made;
}

test('erased while it is held: the rest goes, what is named stays and is handed over, and then goes by itself', async () => {
  await person('ada@example.org');
  await control.admin('POST', '/accounts/ada@example.org/keys', { name: 'A key' });
  expect(await consentsOf('ada@example.org')).toHaveLength(1);
  const id = await cases.opened(one, {
    ...EMERGENCY,
    named: 'ada@example.org',
    hold: 'yes',
    'category_user.contact.email': '',
    'category_user.name': '',
    'category_user.privacy_preferences': 'yes',
  });
  expect((await erase('ada@example.org')).body.state).toBe('held');
  expect(await consentsOf('ada@example.org')).toHaveLength(1);
  expect(await control.sql("select 1 from api_key where name is not null and state = 'active'")).toEqual([]);
  await cases.approved(one, other, id);
  const files = await packageOf(id, await cases.built(one, id));
  expect(rowsIn(files, 'named-1/consent.json')).toHaveLength(1);
  expect([...files.keys()]).not.toContain('named-1/person.json');
  await expect.poll(() => consentsOf('ada@example.org'), { timeout: 20_000 }).toEqual([]);
  await expect
    .poll(async () => (await control.sql('select 1 from legal_hold where ended_at is null')).length)
    .toBe(0);
  const named = 'select 1 from disclosure_subject where person_id is not null and case_id = $1::uuid';
  await expect.poll(() => control.sql(named, [id]), { timeout: 20_000 }).toEqual([]);
  // Nobody is left to tell, and the case ends all the same.
  await expect.poll(async () => (await cases.row(id)).told_at, { timeout: 20_000 }).not.toBeNull();
}, 90_000);

test('erased yesterday and never known are the same, for staff and for whoever asks', async () => {
  await person('gone@example.org');
  await erase('gone@example.org');
  const id = await cases.opened(one, {
    ...EMERGENCY,
    named: 'gone@example.org\nnever@example.org',
    hold: 'yes',
  });
  const shown = await cases.text(one, `/desk/disclosures/${id}`);
  expect(shown.match(/nothing is held/g)).toHaveLength(2);
  expect((await cases.row(id)).hold).toBe(false);
  await cases.approved(one, other, id);
  const files = await packageOf(id, await cases.built(one, id));
  expect([...files.keys()].sort()).toEqual(['README.txt', 'manifest.json']);
  for (const name of ['gone', 'never'])
    expect(files.get('README.txt')).toContain(`${name}@example.org: nothing is held.`);
  expect(await cases.row(id)).toMatchObject({ outcome: 'nothing_held' });
}, 60_000);

test('of the time that is named, and of nobody else: an account that several share has to be named itself', async () => {
  await person('bob@example.org');
  await person('carol@example.org');
  const bobs = (await control.admin('GET', '/accounts/bob@example.org')).body.id as string;
  for (const name of ['Early', 'Late']) await control.admin('POST', `/accounts/${bobs}/keys`, { name });
  await control.sql(
    "update api_key set created_at = now() - interval '100 days' where account_id = $1::uuid and id = (select id from api_key where account_id = $1::uuid limit 1)",
    [bobs.slice(5)],
  );
  const scope = {
    ...EMERGENCY,
    'category_user.contact.email': '',
    'category_user.account.username': 'yes',
    from: dayIn(-30),
  };
  const ask = async (named: string) => {
    const id = await cases.opened(one, { ...scope, named });
    await cases.approved(one, other, id);
    return packageOf(id, await cases.built(one, id));
  };
  expect(rowsIn(await ask('bob@example.org'), 'named-1/api_key.json')).toHaveLength(1);
  await control.sql(
    "insert into membership (account_id, person_id, role) values ($1::uuid, $2::uuid, 'developer')",
    [bobs.slice(5), people.get('carol@example.org')],
  );
  expect([...(await ask('bob@example.org')).keys()]).not.toContain('named-1/api_key.json');
  const shared = await ask(bobs);
  expect(rowsIn(shared, 'named-1/api_key.json')).toHaveLength(1);
  expect([...shared.values()].join('\n')).not.toContain('carol@');
}, 60_000);

test('erased while it is held, its accounts’ rows are handed over, of the days of the case alone, and then all of it goes', async () => {
  await person('erin@example.org');
  const account = (await control.admin('GET', '/accounts/erin@example.org')).body.id as string;
  for (const name of ['Early', 'Late']) await control.admin('POST', `/accounts/${account}/keys`, { name });
  await control.sql(
    "update api_key set created_at = now() - interval '100 days' where account_id = $1::uuid and id = (select id from api_key where account_id = $1::uuid limit 1)",
    [account.slice(5)],
  );
  // An account of somebody else, in which they are a developer.
  await person('frank@example.org');
  const shared = (await control.admin('GET', '/accounts/frank@example.org')).body.id as string;
  await control.admin('POST', `/accounts/${shared}/keys`, { name: 'Of Frank' });
  const erin = people.get('erin@example.org');
  await control.sql(
    "insert into membership (account_id, person_id, role) values ($1::uuid, $2::uuid, 'developer')",
    [shared.slice(5), erin],
  );
  const id = await cases.opened(one, {
    ...EMERGENCY,
    'category_user.name': '',
    'category_user.contact.email': '',
    'category_user.account.username': 'yes',
    from: dayIn(-30),
    named: 'erin@example.org',
    hold: 'yes',
  });
  expect((await erase('erin@example.org')).body.state).toBe('held');
  const memberships = () => control.sql('select 1 from membership where person_id = $1::uuid', [erin]);
  expect(await memberships()).toHaveLength(1);
  const left = () => control.sql('select 1 from api_key where account_id = $1::uuid', [account.slice(5)]);
  expect(await left()).toHaveLength(1);
  const { holds } = (await control.admin('GET', '/holds')).body;
  expect(holds.at(-1).tables).toContain('api_key');
  await cases.approved(one, other, id);
  const files = await packageOf(id, await cases.built(one, id));
  expect(rowsIn(files, 'named-1/api_key.json')).toMatchObject([{ name: 'Late' }]);
  // Nothing of what is not asked for, though it was kept to find the rest.
  expect([...files.keys()].sort()).toEqual([
    'README.txt',
    'manifest.json',
    'named-1/account.json',
    'named-1/api_key.json',
  ]);
  for (const never of ['Early', 'Of Frank', 'developer'])
    expect([...files.values()].join()).not.toContain(never);
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
  await expect.poll(memberships, { timeout: 20_000 }).toEqual([]);
  for (const [table, which] of [
    ['account', account.slice(5)],
    ['person', erin],
  ])
    expect(await control.sql(`select 1 from ${table} where id = $1::uuid`, [which])).toEqual([]);
}, 90_000);

test('`doctor` hears of demands that are overdue, and of none that may not be told of', async () => {
  const demands = async () => (await control.admin('GET', '/facts')).body.demands;
  const before = await demands();
  await person('fay@example.org');
  const id = await cases.opened(one, { kind: 'court_order', named: 'fay@example.org' });
  expect(await demands()).toEqual({ open: before.open + 1, overdue: before.overdue });
  await control.sql("update disclosure_case set due_at = now() - interval '1 hour' where id = $1::uuid", [
    id,
  ]);
  expect(await demands()).toEqual({ open: before.open + 1, overdue: before.overdue + 1 });
  await control.sql("update disclosure_case set gag_until = now() + interval '9 days' where id = $1::uuid", [
    id,
  ]);
  expect(await demands()).toEqual(before);
}, 60_000);

test('overdue: whoever did not prepare it hears of it by mail, once, and never of what may not be told', async () => {
  await person('gil@example.org');
  const late = async (id: string) =>
    control.sql("update disclosure_case set due_at = now() - interval '1 hour' where id = $1::uuid", [id]);
  const mails = () =>
    control.sql<{ person: string; at: Date }>(
      "select person_id::text as person from mail where template = 'demand_overdue' order by created_at",
    );
  const before = (await mails()).length;
  const silent = await cases.opened(
    one,
    { kind: 'court_order', named: 'gil@example.org', ...cases.gag(30) },
    cases.GAG_FILES,
  );
  await late(silent);
  const id = await cases.opened(one, { kind: 'court_order', named: 'gil@example.org' });
  await late(id);
  await expect.poll(mails, { timeout: 20_000 }).toHaveLength(before + 1);
  const [told] = (await mails()).slice(-1);
  const [edsger] = await control.sql<{ id: string }>(
    "select id::text as id from person where staff_role = 'privacy' and id <> (select prepared_by from disclosure_case where id = $1::uuid)",
    [id],
  );
  expect(told?.person).toBe(edsger?.id);
  await control.stop();
  await control.start();
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  expect(await mails()).toHaveLength(before + 1);
  expect(await cases.steps(id)).toEqual(['open', 'overdue']);
  expect(await cases.steps(silent)).toEqual(['open']);
  expect(await cases.text(other, `/desk/disclosures/${id}`)).toContain('Others told that it is overdue');
}, 60_000);

test('what the operator begins is the same case, where it is configured; it counts like any other', async () => {
  await person('dan@example.org');
  expect((await cases.tryOpen(one, { kind: 'collection', named: 'dan@example.org' })).status).toBe(409);
  const id = await cases.opened(one, { kind: 'fraud', named: 'dan@example.org' });
  await cases.approved(one, other, id);
  await expect.poll(async () => (await cases.row(id)).announced_at, { timeout: 15_000 }).not.toBeNull();
  const waits = Number((await cases.row(id)).disclose_at) - Date.now();
  expect(waits / 86_400_000).toBeCloseTo(3, 1);
  await cases.letTimePass(id);
  await cases.built(one, id);
  await expect.poll(async () => (await cases.row(id)).told_at, { timeout: 15_000 }).not.toBeNull();
  // HIPAA holds here: of an erased person that much is kept apart, sealed, for six years.
  const kept = () =>
    control.sql<{ years: number }>(
      "select round(extract(epoch from until - now()) / 31557600)::int as years from retained where source = 'disclosure'",
    );
  const before = await kept();
  await erase('dan@example.org');
  expect(await kept()).toEqual([...before, { years: 6 }]);
  expect(await control.sql('select 1 from disclosure where case_id = $1::uuid', [id])).toEqual([]);
}, 60_000);
