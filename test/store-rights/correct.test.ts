/** Corrections are checked as at the first entry, sealed, recorded, and keep history only where the map says so. */

import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Correction, correct } from '../../src/store/rights/correct.ts';
import { accountCorrection, correction } from '../../src/store/rights/schema.ts';
import { subjectsOf } from '../../src/store/rights/show.ts';
import { openValue } from '../../src/store/sealed-rows.ts';
import { account, note, person } from '../store/fixture-map.ts';
import { damage, makePeople, type People } from './people.ts';

let people: People;
beforeAll(async () => {
  people = await makePeople();
});
afterAll(() => people.close());

const wish = (change: Partial<Correction>): Correction => ({
  subjects: subjectsOf(people.ada),
  table: 'fixture_person',
  key: [people.ada.person],
  column: 'name',
  value: 'Ada King',
  role: 'person',
  ...change,
});
const nameNow = async (id: string): Promise<string | undefined> => {
  const [row] = await people.store.db.select().from(person).where(eq(person.id, id));
  return row && openValue(people.store.vault, person, row, 'name')?.reveal();
};

test('what the check of the first entry refuses is refused, without the value in the error', async () => {
  const long = 'x'.repeat(101);
  const error = await correct(people.store, wish({ value: long })).catch((failure: Error) => failure);
  expect(error).toMatchObject({ code: 'invalid' });
  expect(String(error)).not.toContain(long);
  const address = wish({ column: 'email', value: 'not an address' });
  await expect(correct(people.store, address)).rejects.toMatchObject({ code: 'invalid' });
  await expect(correct(people.store, wish({ value: 'y'.repeat(200_000) }))).rejects.toMatchObject({
    code: 'invalid',
  });
  expect(await nameNow(people.ada.person)).toBe('Ada Lovelace');
});

test.each([
  [
    'a column that the map does not correct',
    { table: 'fixture_note', column: 'internal' },
    'not_correctable',
  ],
  ['a column about nobody', { table: 'fixture_note', column: 'id' }, 'not_correctable'],
  ['a table that is not there', { table: 'fixture_note"; drop table fixture_note; --' }, 'not_found'],
  ['a column that is not there', { column: 'constructor' }, 'not_found'],
  ['a row that is not there', { key: ['00000000000000000000000000000000'] }, 'not_found'],
  ['a key of another shape', { key: ['a', 'b'] }, 'not_found'],
])('%s is refused', async (_what, change, code) => {
  await expect(correct(people.store, wish(change))).rejects.toMatchObject({ code });
});

test("another person's row is as if it were not there", async () => {
  const entered = people.entered.length;
  await expect(correct(people.store, wish({ key: [people.ben.person] }))).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(people.entered.length).toBe(entered);
});

test('a correction is sealed, recorded without the value, and keeps the earlier one sealed', async () => {
  await correct(people.store, wish({}));
  expect(await nameNow(people.ada.person)).toBe('Ada King');
  expect(people.entered.at(-1)).toEqual({
    kind: 'correction',
    role: 'person',
    about: { kind: 'person', id: people.ada.person },
    content: { table: 'fixture_person', column: 'name', row: people.ada.person },
  });
  const rows = await people.store.db.select().from(correction);
  expect(rows.length).toBe(1);
  const [kept] = rows;
  if (kept === undefined) throw new Error('no history');
  expect(kept).toMatchObject({
    table: 'fixture_person',
    column: 'name',
    row: people.ada.person,
    endsAt: null,
  });
  expect(kept.earlier.includes('Ada Lovelace')).toBe(false);
  expect(openValue(people.store.vault, correction, kept, 'earlier')?.reveal()).toBe('Ada Lovelace');
  const entered = people.entered.length;
  await correct(people.store, wish({}));
  expect(people.entered.length, 'repeating it changes nothing').toBe(entered);
  expect((await people.store.db.select().from(correction)).length).toBe(1);
});

test('no history where the map does not ask for it', async () => {
  const [shared] = people.ada.accounts;
  await correct(
    people.store,
    wish({ table: 'fixture_account', key: [shared], value: 'Looms', role: 'owner' }),
  );
  const [row] = await people.store.db.select().from(account);
  expect(row && openValue(people.store.vault, account, row, 'name')?.reveal()).toBe('Looms');
  expect(await people.store.db.select().from(accountCorrection)).toEqual([]);
});

test('a look-up that somebody else has changes nothing; a failure afterwards sets it back', async () => {
  const asked: string[] = [];
  const lookups = (answer: 'set' | 'taken') => ({
    is: (_entry: unknown, column: string) => column === 'email',
    claim: async (_entry: unknown, _column: string, value: string) => {
      asked.push(`claim ${value}`);
      return answer;
    },
    keep: async (_entry: unknown, _column: string, value: string) => void asked.push(`keep ${value}`),
  });
  const change = wish({ column: 'email', value: 'ben@example.org' });
  await expect(correct(people.store, change, lookups('taken'))).rejects.toMatchObject({ code: 'taken' });
  const broken = {
    ...people.store,
    record: { ...people.store.record, act: () => Promise.reject(new Error('disk full')) },
  };
  await expect(correct(broken, { ...change, value: 'new@example.org' }, lookups('set'))).rejects.toThrow(
    'disk full',
  );
  expect(asked).toEqual(['claim ben@example.org', 'claim new@example.org', 'keep ada@example.org']);
  const [row] = await people.store.db.select().from(person).where(eq(person.id, people.ada.person));
  expect(row && openValue(people.store.vault, person, row, 'email')?.reveal()).toBe('ada@example.org');
});

test('a failure after the commit leaves the look-up with the row', async () => {
  const asked: string[] = [];
  const lookups = {
    is: (_entry: unknown, column: string) => column === 'email',
    claim: async (_entry: unknown, _column: string, value: string) => {
      asked.push(`claim ${value}`);
      return 'set' as const;
    },
    keep: async (_entry: unknown, _column: string, value: string) => void asked.push(`keep ${value}`),
  };
  const act: People['store']['record']['act'] = async (work) => {
    await people.store.record.act(work);
    throw new Error('the answer was lost');
  };
  const lossy = { ...people.store, record: { ...people.store.record, act } };
  const change = wish({ column: 'email', value: 'king@example.org' });
  await expect(correct(lossy, change, lookups)).rejects.toThrow('the answer was lost');
  const both = ['claim king@example.org', 'keep king@example.org'];
  expect(asked).toEqual(both);
  const entered = people.entered.length;
  await correct(people.store, change, lookups);
  expect(people.entered.length, 'the row holds it already').toBe(entered);
  expect(asked).toEqual([...both, ...both]);
});

test('an unreadable value can be corrected: the person writes it anew', async () => {
  await damage(people.pool, 'fixture_note', 'text', people.adasNote);
  await correct(
    people.store,
    wish({ table: 'fixture_note', key: [people.adasNote], column: 'text', value: 'anew' }),
  );
  const [row] = await people.store.db.select().from(note).where(eq(note.id, people.adasNote));
  expect(row && openValue(people.store.vault, note, row, 'text')?.reveal()).toBe('anew');
});
