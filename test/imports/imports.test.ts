/**
 * Lists of partners: hostile ones are refused whole, whoever was erased or opted out stays out, nothing is taken before it
 * was looked at and confirmed, twice is once, and whoever is taken over is told from whom, when and on which ground.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../messages/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';

let office: Office;
let admin: Browser;

beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  await strengthen(admin);
}, 60_000);
afterAll(async () => {
  await office?.stop();
});
beforeEach(async () => {
  await office.control.sql('delete from partner_import');
  office.mails.mails.length = 0;
});

const today = () => new Date().toISOString().slice(0, 10);
const HEADS = 'Name,Mail,Remark';
const csv = (...rows: string[]): string => [HEADS, ...rows, ''].join('\r\n');

/** Hands a list in. */
function handIn(list: string | Uint8Array, more: Record<string, string> = {}): Promise<Response> {
  const { siteUrl } = office.control.settings;
  const body = new FormData();
  const fields = { partner: 'Example Fairs', receivedOn: today(), ground: 'consent', ...more };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('list', new Blob([Buffer.from(list)]), 'list.csv');
  return fetch(`${siteUrl}/desk/imports/new`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { cookie: admin.cookie, origin: siteUrl },
  });
}
/** Handed in, its columns named: its path. */
async function ready(list: string, more: Record<string, string> = {}): Promise<string> {
  const made = await handIn(list, more);
  expect(made.status).toBe(303);
  const path = made.headers.get('location') ?? '';
  const named = await office.post(admin, path, { do: 'columns', email: '1', name: '0', note: '2' });
  expect(named.status).toBe(303);
  return path;
}
interface Standing {
  state: string;
  taken: number;
  refused: string | null;
  content: Buffer | null;
}
const standing = async (): Promise<Standing | undefined> =>
  (
    await office.control.sql<Standing>(
      'select state, taken, refused, content from partner_import order by at desc limit 1',
    )
  )[0];
async function confirm(path: string): Promise<Standing | undefined> {
  expect((await office.post(admin, path, { do: 'confirm', sure: 'yes' })).status).toBe(303);
  await expect.poll(async () => (await standing())?.state, { timeout: 20_000 }).toBe('done');
  return standing();
}
const contacts = () =>
  office.control.sql<{ person: string; partner: string; items: string }>(
    "select replace(person_id::text, '-', '') as person, partner, items from imported_contact order by at, id",
  );

test.each([
  ['nothing', ''],
  ['heads only', `${HEADS}\n`],
  ['an image', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe])],
  ['Latin-1', Buffer.from(csv('Jürgen,j@example.net,'), 'latin1')],
  ['UTF-16', Buffer.from(`\ufeff${csv('Ada,a@example.net,')}`, 'utf16le')],
  ['a NUL', csv('Ada\0,a@example.net,')],
  ['a quote that is never closed', csv('"Ada,a@example.net,')],
  ['a quote in the middle', csv('A"d"a,a@example.net,')],
  ['a row that is too short', csv('Ada,a@example.net')],
  ['a row that is too long', csv('Ada,a@example.net,,')],
  ['one row without end', csv(`${'x'.repeat(30_000)},a@example.net,`)],
  ['sixty columns', `${'a,'.repeat(60)}\n${'a,'.repeat(60)}\n`],
  ['too many rows', `Mail\n${'a\n'.repeat(100_001)}`],
])('a list that is none is refused whole, and says nothing of what stands in it: %s', async (_what, list) => {
  const answer = await handIn(list);
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(text).toMatch(/role="alert">The list: /);
  expect(text).not.toContain('a@example.net');
  expect(await standing()).toBeUndefined();
});

test.each([
  ['no partner', { partner: ' ' }],
  ['a partner of two lines', { partner: 'a\nb' }],
  ['no day', { receivedOn: '2026-02-31' }],
  ['a day to come', { receivedOn: '2090-01-01' }],
  ['no ground', { ground: '' }],
  ['a ground that there is not', { ground: 'because' }],
])('without where it came from nothing is handed in: %s', async (_what, more) => {
  expect((await handIn(csv('Ada,a@example.net,'), more as Record<string, string>)).status).toBe(400);
  expect(await standing()).toBeUndefined();
});

test('columns that are none, or one twice, are refused; unconfirmed, nobody is taken, and the list is sealed', async () => {
  const made = await handIn(csv('Ada,sealed@example.net,'));
  const path = made.headers.get('location') ?? '';
  for (const form of [{}, { email: '' }, { email: '9' }, { email: '1', name: '1' }, { email: 'x' }])
    expect((await office.post(admin, path, { do: 'columns', ...form })).status).toBe(400);
  expect((await office.post(admin, path, { do: 'confirm', sure: 'yes' })).status).toBe(409);
  await office.post(admin, path, { do: 'columns', email: '1' });
  expect((await office.post(admin, path, { do: 'confirm' })).status).toBe(400);
  expect(await contacts()).toEqual([]);
  expect((await standing())?.content?.toString('latin1')).not.toContain('sealed@example.net');
  const id = path.split('/').at(-1) ?? '';
  expect((await office.post(admin, path, { do: 'cancel' })).status).toBe(303);
  expect(await standing()).toBeUndefined();
  expect((await office.get(admin, `/desk/imports/${id}`)).status).toBe(404);
});

test('the preview says what would be taken and what not, by row and reason', async () => {
  await somebody(office.control, 'customer@example.org');
  await somebody(office.control, 'erased@example.org');
  await office.control.admin('POST', '/accounts/erased@example.org/erase', { when: 'now' });
  const path = await ready(
    csv(
      'Ada,Preview@Example.net,met at the stand',
      'Bob,bob at example.net,',
      'Ada again,preview@example.net,',
      'Customer,customer@example.org,',
      'Erased,erased@example.org,',
      `Long,long@example.net,${'x'.repeat(501)}`,
      `${'x'.repeat(201)},name@example.net,`,
    ),
  );
  const page = await office.page(admin, path);
  expect(page).toContain('preview@example.net');
  const text = page.replaceAll('<!-- -->', '');
  expect(text).toContain('1 person would be taken over');
  for (const why of [
    'Row 3: no e-mail address',
    'Row 4: an address that stands further up',
    'Row 5: somebody who has an account',
    'Row 6: somebody who wants to stay out',
    'Row 7: a note that is too long',
    'Row 8: a name that is too long',
  ])
    expect(text).toContain(why);
});

test('taken over, they are told, and it stands in their data from whom, when and on which ground; twice is once', async () => {
  const list = csv('"O""Hara; Ada",told@example.net,=cmd()', ',plain@example.net,');
  const done = await confirm(await ready(`\ufeff${list}`));
  expect(done).toMatchObject({ taken: 2, refused: '{}', content: null });
  const mail = await office.mails.next('told@example.net');
  expect(mail.text).toContain('Example Fairs');
  expect(mail.text).toContain(today());
  expect(mail.text).toContain('/privacy/requests');
  expect((await contacts()).map(({ items }) => items).sort()).toEqual([
    'e-mail address',
    'e-mail address, name, note',
  ]);
  const told = (await contacts()).find(({ items }) => items.includes('note'))?.person ?? '';
  const entries = await office.control.sql(
    `select 1 from record_entry where kind = 'import' and person_id = '${told}'`,
  );
  expect(entries).toHaveLength(1);
  office.mails.mails.length = 0;
  // The same file, and the same people in another one.
  const again = await confirm(await ready(list));
  expect(again).toMatchObject({ taken: 0, refused: '{"known":2}' });
  expect(await contacts()).toHaveLength(2);
  // Another partner: the same people, one more source each.
  const other = await confirm(await ready(list, { partner: 'Other Fairs', ground: 'contract' }));
  expect(other?.taken).toBe(2);
  expect(await contacts()).toHaveLength(4);
});

test('no promotional mail goes to them, and somebody who writes, asks or signs up is the same person', async () => {
  await confirm(await ready(csv('Grace,writes@example.net,')));
  const [{ person = '' } = {}] = (await contacts()).slice(-1);
  const consents = await office.control.sql(`select 1 from consent where person_id = '${person}'`);
  expect(consents).toEqual([]);
  await office.post(null, '/contact', {
    kind: 'enquiry',
    subject: 'Who are you?',
    words: 'Where did you get my address?',
    email: 'writes@example.net',
  });
  await expect
    .poll(() => office.control.sql(`select 1 from conversation where person_id = '${person}'`))
    .toHaveLength(1);
});

test('erased, they are gone with it, and the next list does not bring them back', async () => {
  await confirm(await ready(csv('Gone,gone@example.net,')));
  const before = (await contacts()).length;
  const erased = await office.control.admin('POST', '/accounts/gone%40example.net/erase', { when: 'now' });
  expect(erased.status).toBe(200);
  expect(await contacts()).toHaveLength(before - 1);
  const again = await confirm(await ready(csv('Gone,gone@example.net,'), { partner: 'Third Fairs' }));
  expect(again).toMatchObject({ taken: 0, refused: '{"out":1}' });
});

test('stopped by somebody, it stays where it is, and the list is gone', async () => {
  const rows = Array.from({ length: 300 }, (_, n) => `Person ${n},stop${n}@example.net,`);
  const path = await ready(csv(...rows), { partner: 'Stop Fairs' });
  await office.post(admin, path, { do: 'confirm', sure: 'yes' });
  expect((await office.post(admin, path, { do: 'cancel' })).status).toBe(303);
  await expect.poll(standing).toMatchObject({ state: 'stopped', content: null });
  expect((await office.post(admin, path, { do: 'confirm', sure: 'yes' })).status).toBe(409);
  expect((await office.post(admin, path, { do: 'columns', email: '1' })).status).toBe(409);
});

test('who was taken over goes with the end of the time, by the data map alone', async () => {
  await confirm(await ready(csv('Brief,brief@example.net,')));
  const [{ person = '' } = {}] = (await contacts()).slice(-1);
  await office.control.sql("update imported_contact set until = now() - interval '1 hour'");
  await office.control.sql(`update person set created_at = now() - interval '2 days' where id = '${person}'`);
  await office.control.stop();
  await office.control.start();
  await expect.poll(contacts, { timeout: 20_000 }).toEqual([]);
  await office.control.stop();
  await office.control.start();
  await expect
    .poll(() => office.control.sql(`select 1 from person where id = '${person}'`), { timeout: 20_000 })
    .toEqual([]);
});
