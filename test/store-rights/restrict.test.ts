/** Data are read for a purpose that the map names, or not at all; under restriction only what must go on goes on. */
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFor } from '../../src/store/rights/read-for.ts';
import { isRestricted, lift, restrict } from '../../src/store/rights/restrict.ts';
import { account, letter, note, order, person, visit } from '../store/fixture-map.ts';
import { makePeople, type People } from './people.ts';

let people: People;
beforeAll(async () => {
  people = await makePeople();
});
afterAll(() => people.close());
const ALL = sql`true`;

test('a purpose that the map does not name for a column is refused before anything is read', async () => {
  await expect(readFor(people.store, 'support', person, ['email'], ALL)).rejects.toMatchObject({
    code: 'wrong_purpose',
  });
  await expect(readFor(people.store, 'billing', note, ['id', 'text'], ALL)).rejects.toMatchObject({
    code: 'wrong_purpose',
  });
  await expect(readFor(people.store, 'support', note, ['nothing' as 'id'], ALL)).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('for a purpose that is named it reads what was asked for and no other column', async () => {
  const { rows } = await readFor(people.store, 'support', person, ['name'], eq(person.id, people.ada.person));
  expect(rows.map((row) => Object.keys(row))).toEqual([['name']]);
  const name = rows[0]?.name;
  expect(typeof name === 'object' && name?.reveal()).toBe('Ada Lovelace');
});

test('a condition cannot reach around the gate', async () => {
  const { rows } = await readFor(
    people.store,
    'support',
    note,
    ['id'],
    sql`false or ${note.person} = ${people.ada.person}`,
    1,
  );
  expect(rows.length).toBe(1);
});

test('a restricted person is left out for every other purpose, and others are not', async () => {
  expect(await restrict(people.store, people.ada, 'person')).toBe(true);
  expect(await restrict(people.store, people.ada, 'person'), 'twice is once').toBe(false);
  expect(people.entered.map((entry) => [entry.kind, entry.content.state])).toEqual([
    ['restriction', 'placed'],
  ]);
  expect(await isRestricted(people.store.db, { kind: 'person', id: people.ada.person })).toBe(true);
  expect(await isRestricted(people.store.db, { kind: 'person', id: people.ben.person })).toBe(false);

  const names = await readFor(people.store, 'support', person, ['id', 'name'].slice(1) as ['name'], ALL);
  expect(names).toMatchObject({ restricted: 1 });
  expect(names.rows.length).toBe(1);
  const notes = await readFor(people.store, 'support', note, ['text'], ALL);
  expect(notes).toMatchObject({ restricted: 2 });
  expect(notes.rows.map((row) => typeof row.text === 'object' && row.text?.reveal())).toEqual([
    'secret of Ben',
  ]);
  expect(await readFor(people.store, 'support', letter, ['at'], ALL)).toMatchObject({
    rows: [],
    restricted: 1,
  });
});

test('what must go on under restriction goes on', async () => {
  const visits = await readFor(people.store, 'security', visit, ['address'], ALL);
  expect(visits).toMatchObject({ restricted: 0 });
  expect(visits.rows.length).toBe(1);
});

test('an account that is theirs alone is restricted with them, and free when it is lifted', async () => {
  const billing = () => readFor(people.store, 'billing', order, ['amount'], ALL);
  expect(await billing()).toMatchObject({ rows: [], restricted: 1 });
  expect(await readFor(people.store, 'account', account, ['name'], ALL)).toMatchObject({
    rows: [],
    restricted: 1,
  });
  expect(await readFor(people.store, 'legal', order, ['amount'], ALL)).toMatchObject({ restricted: 0 });
  expect(await lift(people.store, people.ada.person, 'person')).toBe(true);
  expect(await lift(people.store, people.ada.person, 'person')).toBe(false);
  expect(await billing()).toMatchObject({ rows: [{ amount: -5_000_000 }], restricted: 0 });
  expect(people.entered.map((entry) => entry.content.state)).toEqual(['placed', 'lifted']);
});

test('asked for twice at once it is placed, recorded and lifted once', async () => {
  people.entered.length = 0;
  const { store, ada } = people;
  const placed = await Promise.all([restrict(store, ada, 'person'), restrict(store, ada, 'person')]);
  expect(placed.toSorted()).toEqual([false, true]);
  const lifted = await Promise.all([lift(store, ada.person, 'person'), lift(store, ada.person, 'person')]);
  expect(lifted.toSorted()).toEqual([false, true]);
  expect(people.entered.map((entry) => entry.content.state)).toEqual(['placed', 'lifted']);
});

test('whoever is named in a column that is read counts as well', async () => {
  await restrict(people.store, people.ben, 'privacy');
  const withPayer = readFor(people.store, 'account', order, ['payer'], ALL);
  expect(await withPayer).toMatchObject({ rows: [], restricted: 1 });
  const without = await readFor(people.store, 'billing', order, ['amount'], ALL);
  expect(without).toMatchObject({ restricted: 0 });
  await lift(people.store, people.ben.person, 'privacy');
});
