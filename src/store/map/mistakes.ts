/**
 * Mistakes in the data map that types cannot see: they stand between tables, in indexes and foreign keys, or in what a
 * reason says. `npm run check` fails for each with its sentence; `test/map/mistakes.test.ts` holds one of each.
 */
import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { ColumnFacts, PersonalFacts, Retention } from './facts.ts';
import { PLAIN } from './presets.ts';
import { namesOf, sqlName } from './rows.ts';
import type { MapEntry } from './table.ts';
import {
  DATA_CLASSES,
  isConsentPurpose,
  LAWS,
  PURPOSES,
  SOURCES,
  SUBJECTS,
  type SubjectKind,
} from './words.ts';

/** Ten years: what is to be kept longer needs a law, and what has no end is not kept. */
const DAYS_MAX = 3_660;

export interface MapMistake {
  /** `table` or `table.column`, as in PostgreSQL; `map` for the whole. */
  readonly at: string;
  /** What is wrong and what to do. */
  readonly sentence: string;
}

/** All mistakes in `map`; `tables` are those that schema files declare. */
export const findMistakes = (map: readonly MapEntry[], tables: readonly PgTable[]): readonly MapMistake[] => [
  ...missingTables(map, tables),
  ...circles(map),
  ...map.flatMap((entry) => [...tableMistakes(entry), ...foreignKeyMistakes(map, entry)]),
  ...unusedWords(map),
];

function missingTables(map: readonly MapEntry[], tables: readonly PgTable[]): MapMistake[] {
  const known = new Set<PgTable>(map.map(({ table }) => table));
  return tables
    .filter((table) => !known.has(table))
    .map((table) => ({
      at: getTableName(table),
      sentence: 'is declared, but not in the data map: nobody would be shown it, and no erasure reach it',
    }));
}

/** Rows are deleted in an order in which what points to others goes first. */
function circles(map: readonly MapEntry[]): MapMistake[] {
  const pointsTo = (entry: MapEntry): MapEntry[] =>
    getTableConfig(entry.table).foreignKeys.flatMap((key) =>
      map.filter(({ table }) => table === key.reference().foreignTable && table !== entry.table),
    );
  const reaches = (from: MapEntry, goal: MapEntry, seen: Set<MapEntry>): boolean =>
    pointsTo(from).some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  return map
    .filter((entry) => reaches(entry, entry, new Set()))
    .map(({ name }) => ({
      at: name,
      sentence: 'its foreign keys lead back to itself: there is no order in which its rows could be erased',
    }));
}

function tableMistakes(entry: MapEntry): MapMistake[] {
  const { name, table, about, subject, law } = entry;
  const found: MapMistake[] = [];
  const say = (at: string, sentence: string) => found.push({ at, sentence });
  if (about.trim() === '') say(name, 'does not say what its rows are');
  if (subject.kind === 'nobody' && subject.why.trim() === '')
    say(name, 'is about nobody, and gives no reason');
  const config = getTableConfig(table);
  if (config.primaryKeys.length === 0 && !config.columns.some((column) => column.primary)) {
    say(name, 'has no primary key: a sealed value is bound to its row by it, and a correction names it');
  }
  const kept = Object.values(entry.columns).some(
    ({ facts }) => 'erase' in facts && facts.erase === 'keep minimised until',
  );
  if (law !== null && !kept) say(name, 'names a law, but no column is kept for it');
  found.push(
    ...retentionMistakes(entry, name, entry.retention),
    ...indexMistakes(entry),
    ...labelsTwice(entry),
  );
  for (const key of Object.keys(entry.columns)) found.push(...columnMistakes(entry, key));
  return found;
}

function retentionMistakes(entry: MapEntry, at: string, retention: Retention): MapMistake[] {
  if (retention.kind !== 'days after') return [];
  const found: MapMistake[] = [];
  const { days, event, or, open } = retention;
  if (!Number.isInteger(days) || days < 0 || days > DAYS_MAX) {
    found.push({ at, sentence: `its retention is not a number of days from 0 to ${DAYS_MAX}` });
  }
  if (open?.trim() === '') found.push({ at, sentence: 'rows without an end stay, and no reason is given' });
  const columns = getTableColumns(entry.table);
  for (const key of or === undefined ? [event] : [event, or]) {
    if (columns[key]?.dataType === 'date') continue;
    found.push({ at, sentence: `its retention counts from ${key}, which is no moment` });
  }
  return found;
}

/** The columns that an index, a key or a constraint begins with; partial ones find only some of the rows. */
function leading(table: PgTable): Set<string> {
  const { indexes, uniqueConstraints, primaryKeys, columns } = getTableConfig(table);
  const first = indexes
    .filter(({ config }) => config.where === undefined)
    .map(({ config }) => ('name' in (config.columns[0] ?? {}) ? (config.columns[0] as PgColumn).name : ''));
  const keys = [...uniqueConstraints, ...primaryKeys].map((key) => key.columns[0]?.name ?? '');
  const own = columns.filter((column) => column.primary || column.isUnique).map(({ name }) => name);
  return new Set([...first, ...keys, ...own]);
}

function indexMistakes(entry: MapEntry): MapMistake[] {
  const { name, table, subject } = entry;
  const begins = leading(table);
  const references = new Set(SUBJECTS.flatMap((kind) => namesOf(entry, kind)));
  if (subject.kind === 'several') references.add(subject.column);
  const missing = [...references].map((key) => sqlName(entry, key)).filter((column) => !begins.has(column));
  const sealed = Object.entries(entry.columns).filter(([, { how }]) => how === 'sealed');
  const indexed = indexedColumns(table);
  return [
    ...missing.map((column) => ({
      at: `${name}.${column}`,
      sentence: 'no index begins with it: erasure and access would read the whole table',
    })),
    ...sealed
      .map(([key]) => sqlName(entry, key))
      .filter((column) => indexed.has(column))
      .map((column) => ({
        at: `${name}.${column}`,
        sentence:
          'is sealed and stands in an index or key: sealed twice it is never the same, so nothing is found',
      })),
  ];
}

/** Every column of every index, key and unique constraint. */
function indexedColumns(table: PgTable): Set<string> {
  const { indexes, uniqueConstraints, primaryKeys, columns } = getTableConfig(table);
  return new Set([
    ...indexes.flatMap(({ config }) =>
      config.columns.flatMap((column) => ('name' in column && column.name !== undefined ? column.name : [])),
    ),
    ...[...uniqueConstraints, ...primaryKeys].flatMap((key) => key.columns.map(({ name }) => name)),
    ...columns.filter((column) => column.primary || column.isUnique).map(({ name }) => name),
  ]);
}

function labelsTwice(entry: MapEntry): MapMistake[] {
  const labels = Object.entries(entry.columns).map(
    ([key, { facts }]) => [key, personal(facts)?.label] as const,
  );
  return labels
    .filter(
      ([, label], index) => label !== undefined && labels.findIndex((other) => other[1] === label) < index,
    )
    .map(([key]) => ({
      at: `${entry.name}.${sqlName(entry, key)}`,
      sentence: 'has the label of another column: the person who reads both cannot tell them apart',
    }));
}

const personal = (facts: ColumnFacts | undefined): PersonalFacts | null =>
  facts === undefined || !('label' in facts) ? null : facts;

function columnMistakes(entry: MapEntry, key: string): MapMistake[] {
  const { facts } = entry.columns[key] as MapEntry['columns'][string];
  const column = getTableColumns(entry.table)[key] as PgColumn;
  const at = `${entry.name}.${column.name}`;
  const own = personal(facts);
  const found: MapMistake[] = [];
  if (reasonsOf(facts).some((reason) => reason.trim() === ''))
    found.push({ at, sentence: 'a reason says nothing' });
  if (own === null) return found;
  if (own.retention !== undefined) found.push(...retentionMistakes(entry, at, own.retention));
  if (own.plain !== undefined) {
    const sentence = unfitting(column, own.plain);
    if (sentence !== null) found.push({ at, sentence });
  } else if (column.getSQLType() !== 'bytea') {
    found.push({ at, sentence: 'is neither sealed nor says why it is plain' });
  }
  if ('as' in own.correct && own.plain !== undefined && column.dataType !== 'string') {
    found.push({ at, sentence: 'is corrected as text, but is none' });
  }
  return found;
}

function reasonsOf(facts: ColumnFacts): string[] {
  const own = personal(facts);
  if (own === null) return 'why' in facts ? [facts.why] : [];
  const shown = [own.access, own.export].flatMap((each) => (each === 'yes' ? [] : each.no));
  const fixed = 'no' in own.correct ? [own.correct.no] : [];
  return [own.label, ...(own.plain === undefined ? [] : [own.plain]), ...shown, ...fixed];
}

/** Why a common reason for being plain does not fit the column; free text is sealed whatever the reason. */
function unfitting(column: PgColumn, reason: string): string | null {
  const isEnumeration = (column.enumValues?.length ?? 0) > 0;
  const fits: Readonly<Record<string, boolean>> = {
    [PLAIN.choice]: isEnumeration || column.dataType === 'boolean',
    [PLAIN.count]: column.dataType === 'number' || column.dataType === 'array',
    [PLAIN.amount]: column.dataType === 'number',
    [PLAIN.time]: column.dataType === 'date' || column.columnType.startsWith('PgDate'),
    [PLAIN.id]: column.getSQLType() === 'uuid',
  };
  if (fits[reason] === false) return `is stored plain as “${reason}”, which it is not: seal it, or say why`;
  return null;
}

/** Foreign keys: what they name has to go, or be let go of, together with its subject. */
function foreignKeyMistakes(map: readonly MapEntry[], entry: MapEntry): MapMistake[] {
  const columns = Object.entries(getTableColumns(entry.table));
  return getTableConfig(entry.table).foreignKeys.flatMap((key) => {
    const { columns: own, foreignTable } = key.reference();
    const target = map.find(({ table }) => table === foreignTable);
    const [first] = own;
    const at = `${entry.name}.${first?.name ?? ''}`;
    const found: MapMistake[] = [];
    if (key.onDelete !== undefined && key.onDelete !== 'no action' && key.onDelete !== 'restrict') {
      found.push({
        at,
        sentence: `on delete ${key.onDelete} happens past the map, its laws and its holds: leave it out`,
      });
    }
    if (target === undefined || target === entry) return found;
    const property = columns.find(([, column]) => column.name === first?.name)?.[0] as string;
    const { subject } = target;
    if (subject.kind === 'self') {
      if (entry.columns[property]?.refersTo !== subject.of) {
        found.push({
          at,
          sentence: `names a ${subject.of}, and the map does not know it: use refers('${subject.of}', …)`,
        });
      }
      return found;
    }
    for (const kind of SUBJECTS) {
      if (goesWith(target, kind) && !goesWith(entry, kind)) {
        found.push({
          at,
          sentence: `holds rows of ${target.name}, which go with their ${kind}, but does not go with that ${kind} itself: erasing would fail`,
        });
      }
    }
    return found;
  });
}

/** Whether rows that name a subject of this kind are deleted with it. */
const goesWith = (entry: MapEntry, kind: SubjectKind): boolean =>
  namesOf(entry, kind).some((key) => personal(entry.columns[key]?.facts)?.erase !== 'sever link');

/**
 * Words of the closed lists that nothing uses: a promise about data that we do not hold. A purpose that rests on consent
 * may be asked for before anything is held for it.
 */
function unusedWords(map: readonly MapEntry[]): MapMistake[] {
  const facts = map.flatMap(({ columns }) =>
    Object.values(columns).flatMap((each) => personal(each.facts) ?? []),
  );
  const used = new Set<string>([
    ...facts.flatMap((each) => [...each.purposes, each.class, each.source]),
    ...map.flatMap(({ law }) => law?.keeps ?? []),
  ]);
  const lists = { purpose: PURPOSES, 'data class': DATA_CLASSES, source: SOURCES, law: LAWS };
  return Object.entries(lists).flatMap(([what, words]) =>
    Object.keys(words)
      .filter((word) => !used.has(word) && !isConsentPurpose(word))
      .map((word) => ({
        at: 'map',
        sentence: `no column has the ${what} ${word}: take the word out of its list`,
      })),
  );
}
