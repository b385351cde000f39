/**
 * The gate that data is read through for a purpose: a column whose facts do not name the purpose is refused (COLLECT-6),
 * rows of restricted subjects are left out unless the purpose goes on under restriction (GDPR Art. 18(2)), and for a
 * purpose that rests on consent so are rows of everybody who did not give it (USE-5).
 */
import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { namesOf, type Row, type SubjectName } from '../map/rows.ts';
import { entryOf, type MapEntry } from '../map/table.ts';
import {
  type ConsentPurpose,
  isConsentPurpose,
  PURPOSES_UNDER_RESTRICTION,
  type Purpose,
  SUBJECTS,
  type SubjectKind,
} from '../map/words.ts';
import { type Legible, openValue } from '../sealed-rows.ts';
import type { Decrypted } from '../sealing/decrypted.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store } from '../store.ts';
import { Refused } from './failures.ts';
import { restriction } from './schema.ts';
import { columnSql, identifier, rowFrom, selectRows } from './select.ts';

const READ_ROWS_MAX = 1_000;

type Columns<T extends PgTable> = keyof T['$inferSelect'] & string;
/** Sealed values come out decrypted, or as the word that they cannot be read. */
type Read<T extends PgTable, K extends Columns<T>> = {
  [Key in K]: Legible<T['$inferSelect']>[Key] extends T['$inferSelect'][Key]
    ? T['$inferSelect'][Key]
    : Decrypted<string> | 'unreadable' | null;
};

export interface ReadFor<T extends PgTable, K extends Columns<T>> {
  readonly rows: readonly Read<T, K>[];
  /** Rows that were left out because their people's data are restricted. */
  readonly restricted: number;
  /** Rows that were left out because somebody whom they are about did not consent to the purpose. */
  readonly withoutConsent: number;
}

/** Throws `Refused` (`wrong_purpose`) for a column that the map does not give to this purpose. */
export function demandPurpose(entry: MapEntry, columns: readonly string[], purpose: Purpose): void {
  for (const key of columns) {
    const facts = entry.columns[key]?.facts;
    if (facts === undefined) throw new Refused('not_found', `${entry.name} has no column ${key}`);
    if (facts.class === 'none' || !('purposes' in facts)) continue;
    if (!facts.purposes.includes(purpose)) {
      throw new Refused('wrong_purpose', `${entry.name}.${key} is not for the purpose ${purpose}`);
    }
  }
}

/**
 * Reads columns of a table for a purpose, in the order of the primary key, at most 1,000 rows. Columns of several
 * people's rows that are sealed are not read here (`not_found`).
 */
export async function readFor<T extends PgTable, const K extends Columns<T>>(
  store: Store,
  purpose: Purpose,
  table: T,
  columns: readonly K[],
  where: SQL,
  limit = READ_ROWS_MAX,
): Promise<ReadFor<T, K>> {
  const entry = entryOf(table);
  demandPurpose(entry, columns, purpose);
  const condition = sql`(${where})`;
  const rowsMax = Math.max(1, Math.min(limit, READ_ROWS_MAX));
  const free = PURPOSES_UNDER_RESTRICTION.includes(purpose);
  const statement = selectRows(
    entry,
    condition,
    { limit: rowsMax },
    free ? null : isRestrictedRow(entry, columns),
  );
  const { rows } = await store.db.execute(statement);
  const unrestricted = rows.filter((raw) => raw[RESTRICTED] !== true).map((raw) => rowFrom(entry, raw));
  const kept = isConsentPurpose(purpose)
    ? await consented(store, purpose, entry, columns, unrestricted)
    : unrestricted;
  return {
    rows: kept.map((row) => opened(store, entry, row, columns) as Read<T, K>),
    restricted: rows.length - unrestricted.length,
    withoutConsent: unrestricted.length - kept.length,
  };
}

/** The rows all of whose subjects consent; asked after they were read, so that what is taken back meanwhile counts. */
async function consented(
  store: Store,
  purpose: ConsentPurpose,
  entry: MapEntry,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const subjects = rows.map((row) => subjectsIn(entry, columns, row));
  const willing = await store.consents.among(purpose, subjects.flat());
  return rows.filter((_, at) => subjects[at]?.every(({ id }) => willing.has(id)));
}

/** Whom a row is about, and whom the columns that are read name. */
function subjectsIn(entry: MapEntry, columns: readonly string[], row: Row): SubjectName[] {
  const named = SUBJECTS.flatMap((kind) =>
    watched(entry, columns, kind).map((key) => ({ kind, id: row[key] })),
  );
  const several = entry.subject.kind === 'several' ? (row[entry.subject.column] as readonly string[]) : [];
  const people = several.map((id) => ({ kind: 'person' as const, id }));
  return [...named, ...people].filter((each): each is SubjectName => typeof each.id === 'string');
}

/** What the flag is called in a row; no property of a table is called so. */
const RESTRICTED = '(restricted)';

/** Whether the row is about a restricted subject, or one of the columns read names one. */
function isRestrictedRow(entry: MapEntry, columns: readonly string[]): SQL {
  const r = (key: 'person_id' | 'account_id') => sql`${identifier('restriction')}.${identifier(key)}`;
  const own = (key: string) => sql`${identifier(entry.name)}.${columnSql(entry, key)}`;
  const parts: SQL[] = [];
  for (const key of watched(entry, columns, 'person')) {
    parts.push(sql`(${r('account_id')} is null and ${r('person_id')} = ${own(key)})`);
  }
  for (const key of watched(entry, columns, 'account')) parts.push(sql`${r('account_id')} = ${own(key)}`);
  if (entry.subject.kind === 'several') {
    parts.push(sql`(${r('account_id')} is null and ${r('person_id')} = any(${own(entry.subject.column)}))`);
  }
  if (parts.length === 0) return sql`false as ${identifier(RESTRICTED)}`;
  return sql`exists (select 1 from ${restriction} where ${sql.join(parts, sql` or `)}) as ${identifier(RESTRICTED)}`;
}

/** The columns that name this kind of subject and are the row's subject or are read. */
const watched = (entry: MapEntry, columns: readonly string[], kind: SubjectKind): string[] =>
  namesOf(entry, kind).filter(
    (key) => columns.includes(key) || ('column' in entry.subject && entry.subject.column === key),
  );

function opened(store: Store, entry: MapEntry, row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.map((key) => [
      key,
      entry.columns[key]?.how === 'sealed' ? openedOne(store, entry, row, key) : row[key],
    ]),
  );
}

function openedOne(
  store: Store,
  entry: MapEntry,
  row: Row,
  key: string,
): Decrypted<string> | 'unreadable' | null {
  if (entry.subject.kind === 'several')
    throw new Refused('not_found', 'rows of several people are opened as one of them');
  try {
    return openValue(store.vault, entry.table, row as never, key as never);
  } catch (error) {
    if (error instanceof Unreadable || error instanceof KeyGone) return 'unreadable';
    throw error;
  }
}
