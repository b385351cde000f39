/** Mistakes that types cannot see: one of each, with its sentence; the product's own map has none (`check.ts`). */
import {
  type AnyPgColumn,
  index,
  integer,
  type PgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dataMap } from '../../src/control/data-map.ts';
import { id, moment } from '../../src/store/columns.ts';
import { none, refers, sealed, stored } from '../../src/store/map/columns.ts';
import { findMistakes } from '../../src/store/map/mistakes.ts';
import { PLAIN } from '../../src/store/map/presets.ts';
import { entryOf, mapped } from '../../src/store/map/table.ts';
import { fixtureMap } from '../store/fixture-map.ts';
import { name, number, time } from './gallery/facts.ts';

const OF_PERSON = { kind: 'direct', of: 'person', column: 'person' } as const;
const WHILE = { retention: { kind: 'while subject' } } as const;

const person = mapped('person', {
  about: 'People',
  subject: { kind: 'self', of: 'person', column: 'id' },
  ...WHILE,
  columns: { id: stored(id('id').primaryKey(), number), text: sealed('name', name) },
});
const account = mapped('account', {
  about: 'Accounts',
  subject: { kind: 'self', of: 'account', column: 'id' },
  ...WHILE,
  columns: { id: stored(id('id').primaryKey(), number) },
});
const rowId = () => none(id('id').primaryKey(), 'random number of the row');
const author = () =>
  refers(
    'person',
    id('person_id')
      .notNull()
      .references(() => person.id),
    { ...number, label: 'Author' },
  );
const base = { about: 'Notes', subject: OF_PERSON, ...WHILE } as const;
const byPerson = (table: { person: AnyPgColumn }) => [index().on(table.person)];
const note = mapped('note', { ...base, columns: { id: rowId(), person: author() } }, byPerson);

/** What is found in these tables, but for words of the lists that so small a map does not use. */
const found = (tables: readonly PgTable[], declared: readonly PgTable[] = tables): string[] =>
  findMistakes(tables.map(entryOf), declared)
    .filter(({ at }) => at !== 'map')
    .map(({ at, sentence }) => `${at}: ${sentence}`);
const only = (tables: readonly PgTable[], says: string): void => {
  expect(found([person, account, note])).toEqual([]);
  expect(found([person, account, ...tables])).toEqual([expect.stringContaining(says)]);
};

test('the product’s map uses every word of its lists', () => {
  expect(
    findMistakes(
      dataMap,
      dataMap.map(({ table }) => table),
    ),
  ).toEqual([]);
});

test('a word that nothing uses', () => {
  const words = findMistakes(fixtureMap(), []).filter(({ at }) => at === 'map');
  expect(words.map(({ sentence }) => sentence)).toContain(
    'no column has the purpose rights: take the word out of its list',
  );
});

test('a table of a schema that is not in the map', () => {
  expect(found([person], [person, note])).toEqual([expect.stringMatching(/^note: .*not in the data map/)]);
});

test('a reference without an index', () => {
  const table = mapped('letter', { ...base, columns: { id: rowId(), person: author() } });
  only([table], 'letter.person_id: no index begins with it');
});

test('an index that does not find all rows, and one in which the reference comes second, are none', () => {
  const partial = mapped('letter', { ...base, columns: { id: rowId(), person: author() } }, (t) => [
    index()
      .on(t.person)
      .where(person.id as never),
  ]);
  const second = mapped('visit', { ...base, columns: { id: rowId(), person: author() } }, (t) => [
    index().on(t.id, t.person),
  ]);
  expect(found([person, partial, second])).toEqual([
    expect.stringContaining('letter.person_id: no index begins with it'),
    expect.stringContaining('visit.person_id: no index begins with it'),
  ]);
});

test('a foreign key to a person that the map knows nothing of', () => {
  const payer = id('payer_id').references(() => person.id);
  const table = mapped(
    'letter',
    { ...base, columns: { id: rowId(), person: author(), payer: none(payer, 'who paid') } },
    byPerson,
  );
  only([table], "letter.payer_id: names a person, and the map does not know it: use refers('person', …)");
});

test('a foreign key to rows of somebody else’s, which could not be erased then', () => {
  const answerTo = id('note_id').references(() => note.id);
  const table = mapped(
    'answer',
    {
      ...base,
      subject: { kind: 'direct', of: 'account', column: 'account' },
      columns: {
        id: rowId(),
        account: refers('account', id('account_id').notNull(), { ...number, label: 'Account' }),
        note: none(answerTo, 'the note'),
      },
    },
    (t) => [index().on(t.account)],
  );
  only(
    [note, table],
    'answer.note_id: holds rows of note, which go with their person, but does not go with that person itself',
  );
});

test('a foreign key that deletes past laws and holds', () => {
  const who = id('person_id')
    .notNull()
    .references(() => person.id, { onDelete: 'cascade' });
  const columns = { id: rowId(), person: refers('person', who, { ...number, label: 'Author' }) };
  only(
    [mapped('letter', { ...base, columns }, byPerson)],
    'letter.person_id: on delete cascade happens past the map',
  );
});

test('tables that point to each other', () => {
  const nobody = {
    about: 'Things',
    subject: { kind: 'nobody', why: 'things' },
    retention: { kind: 'with instance' },
  } as const;
  const one: PgTable = mapped('one', {
    ...nobody,
    columns: {
      id: rowId(),
      other: none(
        id('other').references((): AnyPgColumn => two.id),
        'the other',
      ),
    },
  });
  const two = mapped('two', {
    ...nobody,
    columns: {
      id: rowId(),
      other: none(
        id('other').references((): AnyPgColumn => (one as typeof two).id),
        'the other',
      ),
    },
  });
  expect(found([one, two])).toEqual(
    ['one', 'two'].map((at) => expect.stringContaining(`${at}: its foreign keys lead back to itself`)),
  );
});

test('something sealed in an index or in a constraint', () => {
  const table = mapped(
    'letter',
    {
      ...base,
      columns: {
        id: rowId(),
        person: author(),
        text: sealed('text', name),
        title: sealed('title', { ...name, label: 'Title' }),
      },
    },
    (t) => [...byPerson(t), index().on(t.text), unique().on(t.person, t.title)],
  );
  expect(found([person, table])).toEqual([
    expect.stringContaining('letter.text: is sealed and stands in an index or key'),
    expect.stringContaining('letter.title: is sealed and stands in an index or key'),
  ]);
});

test.each([
  ['text as a word of a closed list', text('x'), PLAIN.choice],
  ['a number as a word of a closed list', integer('x'), PLAIN.choice],
  ['text as a count', text('x'), PLAIN.count],
  ['text as a time', text('x'), PLAIN.time],
  ['text as a random id', text('x'), PLAIN.id],
])('plain for a reason that does not fit: %s', (_what, builder, plain) => {
  const columns = { id: rowId(), person: author(), x: stored(builder, { ...number, plain }) };
  only([mapped('letter', { ...base, columns }, byPerson)], 'which it is not: seal it, or say why');
});

test('a reason that says nothing, and one that does', () => {
  const columns = { id: rowId(), person: author(), x: none(text('x'), ' ') };
  only([mapped('letter', { ...base, columns }, byPerson)], 'letter.x: a reason says nothing');
  const nobody = mapped('thing', {
    about: ' ',
    subject: { kind: 'nobody', why: '' },
    retention: { kind: 'with instance' },
    columns: { id: rowId() },
  });
  expect(found([nobody])).toEqual([
    'thing: does not say what its rows are',
    'thing: is about nobody, and gives no reason',
  ]);
});

test('two columns with one label', () => {
  const columns = {
    id: rowId(),
    person: author(),
    at: stored(moment('at'), time),
    until: stored(moment('until'), time),
  };
  only([mapped('letter', { ...base, columns }, byPerson)], 'letter.until: has the label of another column');
});

test.each([
  ['no number', Number.NaN],
  ['for ever', Number.POSITIVE_INFINITY],
  ['before it happened', -1],
  ['longer than any purpose', 36_600],
])('a retention that is none: %s', (_what, days) => {
  const columns = { id: rowId(), person: author(), at: stored(moment('at').notNull(), time) };
  const retention = { kind: 'days after', days, event: 'at' } as const;
  only(
    [mapped('letter', { ...base, retention, columns }, byPerson)],
    'letter: its retention is not a number of days from 0 to 3660',
  );
});

test('a retention of a row or of a column that counts from no moment', () => {
  const retention = { kind: 'days after', days: 3, event: 'id' } as const;
  const columns = { id: rowId(), person: author(), text: sealed('text', { ...name, retention }) };
  only(
    [mapped('letter', { ...base, columns }, byPerson)],
    'letter.text: its retention counts from id, which is no moment',
  );
  const rows = { id: rowId(), person: author() };
  only(
    [mapped('letter', { ...base, retention, columns: rows }, byPerson)],
    'letter: its retention counts from id, which is no moment',
  );
});

test('a law for which nothing is kept', () => {
  const columns = { id: rowId(), person: author(), at: stored(moment('at').notNull(), time) };
  const law = { keeps: 'us-tax-records', since: 'at' } as const;
  only(
    [mapped('letter', { ...base, law, columns }, byPerson)],
    'letter: names a law, but no column is kept for it',
  );
});

test('a row without a name, and a number that would be corrected as text', () => {
  const columns = {
    person: author(),
    pages: stored(integer('pages'), { ...number, correct: { as: z.string() } }),
  };
  expect(found([person, mapped('letter', { ...base, columns }, byPerson)])).toEqual([
    expect.stringContaining('letter: has no primary key'),
    expect.stringContaining('letter.pages: is corrected as text, but is none'),
  ]);
  const joined = mapped(
    'letter',
    { ...base, columns: { person: author(), number: none(integer('number').notNull(), 'a number') } },
    (t) => [primaryKey({ columns: [t.person, t.number] })],
  );
  expect(found([person, joined])).toEqual([]);
});
