/** For a purpose that rests on consent nobody's data are read who did not give it (USE-5). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { id } from '../../src/store/columns.ts';
import { none, refers, sealed } from '../../src/store/map/columns.ts';
import { subjectId } from '../../src/store/map/presets.ts';
import { entryOf, mapped } from '../../src/store/map/table.ts';
import { readFor } from '../../src/store/rights/read-for.ts';
import { restrict } from '../../src/store/rights/restrict.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import type { Store } from '../../src/store/store.ts';
import { makeTables } from '../store/make-tables.ts';
import { makePeople, newId, type People } from './people.ts';

const viewed = mapped('fixture_viewed', {
  about: 'A model that a person looked at.',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), {
      ...subjectId('Who looked'),
      purposes: ['recommendations', 'rights'],
    }),
    model: sealed('model', {
      label: 'Model',
      class: 'user.behavior',
      purposes: ['recommendations'],
      source: 'observed',
      access: 'yes',
      export: 'yes',
      correct: { no: 'it is what happened' },
      erase: 'key death',
    }),
  },
});

const ALL = sql`true`;
let people: People;
let willing: Set<string>;
let store: Store;

beforeAll(async () => {
  people = await makePeople();
  willing = new Set();
  const consents = {
    among: async (purpose: string) => (purpose === 'recommendations' ? willing : new Set<string>()),
  };
  store = { ...people.store, map: [...people.store.map, entryOf(viewed)], consents };
  await makeTables(people.pool, [viewed]);
  for (const { person } of [people.ada, people.ben]) {
    await store.db
      .insert(viewed)
      .values(sealRow(store.vault, viewed, { id: newId(), person, model: 'small' }));
  }
});
afterAll(() => people.close());

test('without a consent nothing is read, and it is told how much was left out', async () => {
  expect(await readFor(store, 'recommendations', viewed, ['model'], ALL)).toEqual({
    rows: [],
    restricted: 0,
    withoutConsent: 2,
  });
});

test('a consent opens one’s own rows and nobody else’s, from the moment that it is given until it is taken back', async () => {
  willing.add(people.ada.person);
  const read = await readFor(store, 'recommendations', viewed, ['person', 'model'], ALL);
  expect(read).toMatchObject({ rows: [{ person: people.ada.person }], withoutConsent: 1 });
  willing.delete(people.ada.person);
  expect(await readFor(store, 'recommendations', viewed, ['model'], ALL)).toMatchObject({
    rows: [],
    withoutConsent: 2,
  });
});

test('a consent is for its purpose: the column’s other uses stay refused, and it does not lift a restriction', async () => {
  willing.add(people.ada.person);
  await expect(readFor(store, 'measurement', viewed, ['model'], ALL)).rejects.toMatchObject({
    code: 'wrong_purpose',
  });
  await restrict(store, people.ada, 'person');
  expect(await readFor(store, 'recommendations', viewed, ['model'], ALL)).toMatchObject({
    rows: [],
    restricted: 1,
    withoutConsent: 1,
  });
});

test('a purpose that does not rest on consent asks for none', async () => {
  const { rows } = await readFor(store, 'rights', viewed, ['person'], sql`person_id = ${people.ben.person}`);
  expect(rows).toEqual([{ person: people.ben.person }]);
});
