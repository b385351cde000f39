/** Rights of people through the operator's commands: what is held is shown, corrected, restricted; each is recorded. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let postgres: TestPostgres;
let control: TestControl;
let data: string;
let ada: Customer;
let other: Customer;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  data = await mkdtemp(join(tmpdir(), 'kept-data-'));
  await writeFile(join(data, 'instance.json'), JSON.stringify({ adminSocket: control.settings.adminSocket }));
  ada = await control.customer();
  other = await control.customer();
}, 60_000);
afterAll(async () => {
  await control.end();
  await postgres.stop();
  await rm(data, { recursive: true });
});

const ask = (email: string, what: string, body: object) =>
  control.admin('POST', `/accounts/${encodeURIComponent(email)}/${what}`, body);
const entries = async (kind: string): Promise<number> =>
  (await control.sql('select 1 from record_entry where kind = $1', [kind])).length;

interface Item {
  readonly item: string;
  readonly label: string;
  readonly value: unknown;
  readonly shown: string;
}
async function itemsOf(email: string): Promise<Item[]> {
  const answer = await ask(email, 'access', { reason: 'they asked' });
  expect(answer.status).toBe(200);
  return answer.body.tables.flatMap((table: { items: Item[] }) => table.items);
}
const find = (items: readonly Item[], label: string): Item =>
  items.find((each) => each.label === label) as Item;

/** Runs `kept WORDS`. */
const kept = (words: string[]): Promise<{ code: unknown; out: string; err: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, KEPT_DATA: data } };
    execFile(process.execPath, [MAIN, ...words], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });

test.each([
  ['no reason', {}],
  ['blanks for a reason', { reason: ' \t' }],
  ['a reason too long', { reason: 'x'.repeat(501) }],
  ['no rows', { reason: 'x', rows: 0 }],
  ['too many rows', { reason: 'x', rows: 201 }],
])('%s: nothing is shown, nothing recorded', async (_what, body) => {
  expect(await ask(ada.email, 'access', body)).toMatchObject({ status: 400, body: { error: {} } });
  expect(await entries('staff_read')).toBe(0);
});

test('nobody of that name: 404', async () => {
  for (const [what, body] of [
    ['access', { reason: 'x' }],
    ['correct', { item: 'person/x/name', value: 'x' }],
    ['restriction', { restricted: true }],
  ] as const) {
    expect((await ask('nobody@example.org', what, body)).status, what).toBe(404);
  }
});

test('everything held is shown, with what may be done with it; the look is in the record first', async () => {
  const answer = await ask(ada.email, 'access', { reason: 'ticket 12' });
  expect(answer.body.tables.map(({ table }: { table: string }) => table).sort()).toEqual([
    'account',
    'api_key',
    'ledger_entry',
    'membership',
    'person',
    'record_entry',
  ]);
  const items = answer.body.tables.flatMap((table: { items: Item[] }) => table.items);
  expect(find(items, 'E-mail address')).toMatchObject({
    value: ada.email,
    shown: 'yes',
    class: 'user.contact.email',
    source: 'given',
    until: 'the erasure',
    kept_by_law: null,
    may: { correct: 'yes', delete: 'yes', export: 'yes' },
  });
  expect(find(items, 'Hash of the key')).toMatchObject({
    value: null,
    shown: expect.stringMatching(/^withheld: /),
  });
  expect(find(items, 'Amount in micro-dollars')).toMatchObject({
    value: 10_000_000,
    kept_by_law: { until: expect.stringMatching(/^20\d\d-/) },
    may: { delete: { no: expect.any(String) } },
  });
  expect(JSON.stringify(answer.body)).not.toContain(other.email);
  // The entry of this look is there, and stood before what was opened: it is among what is shown.
  expect(await entries('staff_read')).toBe(1);
  expect(JSON.stringify(control.lines)).not.toContain(ada.email);
});

test('where the record cannot be written nothing is shown', async () => {
  await control.sql('alter table record_entry rename to record_entry_away');
  const refused = await ask(ada.email, 'access', { reason: 'x' });
  await control.sql('alter table record_entry_away rename to record_entry');
  expect(refused.status).toBe(500);
  expect(JSON.stringify(refused.body)).not.toContain('Customer');
});

test.each([
  ['nothing', ''],
  ['no table', 'nothing/1/name'],
  ['no column', 'person/00000000000000000000000000000000/nothing'],
  ['no row', 'person/00000000000000000000000000000000/name'],
  ['no id', "person/'; drop table person/name"],
  ['broken escapes', 'person/%E0%A4%A/name'],
  ['too many parts', 'person/00000000000000000000000000000000/name/x'],
  ['too few key columns', 'membership/00000000000000000000000000000000/role'],
  ['a number too large', 'ledger_entry/99999999999999999999999/reason'],
])('an item that is none (%s): 404', async (_what, item) => {
  expect(await ask(ada.email, 'correct', { item, value: 'x' })).toMatchObject({ status: 404 });
});

test('a value is corrected by the name that it was shown by, checked as at its first entry', async () => {
  const name = find(await itemsOf(ada.email), 'Name');
  expect((await ask(ada.email, 'correct', { item: name.item, value: '  ' })).status).toBe(400);
  expect((await ask(ada.email, 'correct', { item: name.item, value: 'a\u001b[2J' })).status).toBe(400);
  expect(find(await itemsOf(ada.email), 'Name').value).toBe('A customer');
  const corrected = await ask(ada.email, 'correct', { item: name.item, value: ' Ada Lovelace ' });
  expect(corrected).toMatchObject({ status: 200, body: { corrected: name.item } });
  expect(find(await itemsOf(ada.email), 'Name').value).toBe('Ada Lovelace');
  expect(await entries('correction')).toBe(1);
  // Said again, nothing happens.
  await ask(ada.email, 'correct', { item: name.item, value: 'Ada Lovelace' });
  expect(await entries('correction')).toBe(1);
});

test('what is not corrected, and what is somebody else’s, is refused', async () => {
  const balance = find(await itemsOf(ada.email), 'Balance');
  expect(await ask(ada.email, 'correct', { item: balance.item, value: '99' })).toMatchObject({
    status: 409,
    body: { error: { code: 'not_correctable' } },
  });
  const theirs = find(await itemsOf(other.email), 'Name');
  expect((await ask(ada.email, 'correct', { item: theirs.item, value: 'Mallory' })).status).toBe(404);
  expect(find(await itemsOf(other.email), 'Name').value).toBe('A customer');
});

test('an address is corrected together with what the person is found by; a taken one changes nothing', async () => {
  const { item } = find(await itemsOf(ada.email), 'E-mail address');
  expect(await ask(ada.email, 'correct', { item, value: other.email })).toMatchObject({
    status: 409,
    body: { error: { code: 'taken' } },
  });
  expect((await ask(ada.email, 'correct', { item, value: 'no address' })).status).toBe(400);
  expect((await ask(ada.email, 'correct', { item, value: 'Ada@Example.org' })).status).toBe(200);
  expect((await ask(ada.email, 'access', { reason: 'x' })).status).toBe(404);
  expect(find(await itemsOf('ada@example.org'), 'E-mail address').value).toBe('ada@example.org');
});

test('restricted and not restricted any more, each once', async () => {
  const restrict = (restricted: boolean) => ask('ada@example.org', 'restriction', { restricted });
  expect((await restrict(false)).body).toEqual({ restricted: false, changed: false });
  expect((await restrict(true)).body).toEqual({ restricted: true, changed: true });
  expect((await restrict(true)).body).toEqual({ restricted: true, changed: false });
  expect(await control.sql('select 1 from restriction')).toHaveLength(2);
  // Their own right to see it goes on.
  expect(find(await itemsOf('ada@example.org'), 'Restricted since')).toBeDefined();
  expect((await restrict(false)).body).toEqual({ restricted: false, changed: true });
  expect(await control.sql('select 1 from restriction')).toEqual([]);
  expect(await entries('restriction')).toBe(2);
});

test('the commands: show demands a reason, prints each item, and names what correct takes', async () => {
  const of = ['--account', 'ada@example.org'];
  expect((await kept(['person', 'show', ...of])).err).toContain('--reason');
  const shown = await kept(['person', 'show', ...of, '--reason', 'ticket 13', '--json']);
  expect([shown.code, shown.err]).toEqual([0, '']);
  const items = JSON.parse(shown.out).tables.flatMap((table: { items: Item[] }) => table.items);
  const name = find(items, 'Name of the account');
  const text = await kept(['person', 'show', ...of, '--reason', 'ticket 13', '--rows', '1']);
  expect(text.out).toContain(name.item);
  expect(text.out).toMatch(/ada@example\.org +user\.contact\.email/);
  const corrected = await kept(['person', 'correct', ...of, '--item', name.item, '--value', 'Engines']);
  expect(corrected).toMatchObject({ code: 0, out: `Corrected: ${name.item}.\n` });
  expect(find(await itemsOf('ada@example.org'), 'Name of the account').value).toBe('Engines');
  expect((await kept(['person', 'restrict', ...of])).out).toContain('nothing but security, rights and law');
  expect((await kept(['person', 'restrict', ...of, '--end', '--json'])).out).toBe(
    '{"restricted":false,"changed":true}\n',
  );
});
