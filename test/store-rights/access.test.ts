/** The access page shows everything about a person and nothing about others; a damaged value spoils nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryOf } from '../../src/store/map/table.ts';
import { access, accessTable, type Item, type Section } from '../../src/store/rights/access.ts';
import { letter, note } from '../store/fixture-map.ts';
import { damage, makePeople, newId, type People } from './people.ts';

let people: People;
beforeAll(async () => {
  people = await makePeople();
});
afterAll(() => people.close());

const text = (item: Item | undefined): unknown =>
  item?.value.kind === 'sealed' ? item.value.value.reveal() : item?.value;
const section = (sections: Section[], table: string): Section => {
  const found = sections.find((candidate) => candidate.table === table);
  if (found === undefined) throw new Error(`no section ${table}`);
  return found;
};
const items = (sections: Section[], table: string, column: string): Item[] =>
  section(sections, table).rows.flatMap((row) => row.items.filter((item) => item.column === column));
const everything = (sections: Section[]): string =>
  JSON.stringify(sections.flatMap((one) => one.rows.flatMap((row) => row.items.map(text))));

test('an owner sees themselves and their account, with class, purposes, source and end', async () => {
  const sections = await access(people.store, people.ada);
  const [email] = items(sections, 'fixture_person', 'email');
  expect(text(email)).toBe('ada@example.org');
  expect(email).toMatchObject({
    class: 'user.contact.email',
    purposes: ['account', 'security'],
    source: 'given',
    until: { kind: 'while subject' },
    may: { correct: 'yes', delete: 'yes', export: 'yes' },
  });
  expect(text(items(sections, 'fixture_account', 'name')[0])).toBe('Engines');
  expect(text(items(sections, 'fixture_letter', 'text')[0])).toBe('about both');
  expect(items(sections, 'fixture_letter', 'people')[0]?.value).toEqual({
    kind: 'plain',
    value: [people.ada.person],
  });
  expect(sections.map((one) => one.table)).not.toContain('fixture_price');
});

test('nobody sees another person: not their text, not their id, not their role', async () => {
  const adas = everything(await access(people.store, people.ada));
  expect(adas).not.toContain('secret of Ben');
  expect(adas).not.toContain('ben@example.org');
  expect(adas).not.toContain(people.ben.person);
  expect(items(await access(people.store, people.ada), 'fixture_order', 'payer')[0]?.value).toEqual({
    kind: 'another person',
  });
});

test('who is only named in a row sees that they are named, and nothing else of it', async () => {
  const sections = await access(people.store, people.ben);
  expect(section(sections, 'fixture_order').rows[0]?.items.map((item) => [item.column, item.value])).toEqual([
    ['payer', { kind: 'plain', value: people.ben.person }],
  ]);
  expect(everything(sections)).not.toContain('for the engine');
  expect(everything(sections)).not.toContain('Ada');
});

test('what the law keeps says so and until when; what ends says when', async () => {
  const sections = await access(people.store, people.ada);
  const [amount] = items(sections, 'fixture_order', 'amount');
  expect(amount?.keptByLaw?.until).toBe(Date.parse('2026-01-01T00:00:00Z') + 7 * 366 * 86_400_000);
  expect(amount?.may.delete).toEqual({ no: 'Books and records for federal tax' });
  expect(items(sections, 'fixture_visit', 'pages')[0]?.until).toEqual({
    kind: 'at',
    at: Date.parse('2026-12-20T00:00:00Z'),
  });
  expect(items(sections, 'fixture_visit', 'address')[0]?.until).toEqual({
    kind: 'at',
    at: Date.parse('2026-11-27T00:00:00Z'),
  });
});

test('what the map withholds is named with the reason, and not opened', async () => {
  const internal = items(await access(people.store, people.ada), 'fixture_note', 'internal');
  expect(internal.length).toBe(2);
  for (const item of internal) {
    expect(item.value).toEqual({ kind: 'withheld', why: 'it would show how fraud is found' });
  }
});

test('a long table is counted and paged: every row once', async () => {
  const ids = Array.from({ length: 23 }, newId);
  for (const id of ids) {
    await people.pool.query(
      `insert into fixture_letter (id, people, wraps, text, at) values ($1, array[$2::uuid], '{}', '\\x00', now())`,
      [id, people.ada.person],
    );
  }
  const seen: unknown[] = [];
  let after: readonly unknown[] | undefined;
  do {
    const page = await accessTable(people.store, people.ada, entryOf(letter), {
      limit: 5,
      ...(after && { after }),
    });
    expect(page?.count).toBe(24);
    expect(page?.rows.length).toBeLessThanOrEqual(5);
    seen.push(...(page?.rows ?? []).map((row) => row.key[0]));
    after = page?.next ?? undefined;
  } while (after);
  expect(new Set(seen).size).toBe(24);
  expect(seen.length).toBe(24);
  await people.pool.query('delete from fixture_letter where id = any($1)', [ids]);
});

test('a damaged value shows as unreadable, and everything else as before', async () => {
  await damage(people.pool, 'fixture_note', 'text', people.adasNote);
  const sections = await access(people.store, people.ada);
  const texts = section(sections, 'fixture_note').rows.map((row) => [
    row.key[0],
    row.items.find((item) => item.column === 'text')?.value.kind,
  ]);
  expect(texts).toContainEqual([people.adasNote, 'unreadable']);
  expect(texts.filter(([, kind]) => kind === 'sealed').length).toBe(1);
  expect(text(items(sections, 'fixture_person', 'email')[0])).toBe('ada@example.org');
  await damage(people.pool, 'fixture_note', 'text', people.adasNote);
});

test('the erased are refused', async () => {
  const gone = newId();
  await expect(access(people.store, { person: gone, accounts: [] })).rejects.toMatchObject({
    code: 'erased',
  });
  await expect(
    accessTable(people.store, { person: gone, accounts: [] }, entryOf(note)),
  ).rejects.toMatchObject({ code: 'erased' });
});
