/**
 * Reads rows of a table of the map: which rows are about a person, in the order of their primary key, and as the
 * properties of the table. Only here is SQL put together from the map; values always travel as parameters.
 */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type PgColumn } from 'drizzle-orm/pg-core';
import { keyText, namesOf, quoted, type Row, type SubjectName, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';

export const identifier = (name: string): SQL => sql.raw(quoted(name));
export const columnSql = (entry: MapEntry, key: string): SQL => identifier(sqlName(entry, key));

/**
 * The properties that make up the primary key, in its order. Found by name: the columns of a key of several are other
 * objects than the table's.
 */
export function keyColumns(entry: MapEntry): readonly string[] {
  const columns = Object.entries(getTableColumns(entry.table));
  const names =
    getTableConfig(entry.table).primaryKeys[0]?.columns.map((column) => column.name) ??
    columns.filter(([, column]) => column.primary).map(([, column]) => column.name);
  if (names.length === 0) throw new Error(`table ${entry.name} has no primary key`);
  return names.map((name) => (columns.find(([, column]) => column.name === name) as [string, PgColumn])[0]);
}

/** A value as the column's type writes it for PostgreSQL; a moment also where it is given as text. */
export const parameter = (entry: MapEntry, key: string, value: unknown): SQL => {
  const column = getTableColumns(entry.table)[key];
  const given = column?.dataType === 'date' && typeof value === 'string' ? new Date(value) : value;
  return sql`${sql.param(given, column)}`;
};

/** The given ids as a list of parameters. */
const idList = (ids: readonly string[]): SQL =>
  sql.join(
    ids.map((id) => sql`${id}::uuid`),
    sql`, `,
  );

/** All columns under the properties' names. */
const selection = (entry: MapEntry): SQL =>
  sql.join(
    Object.keys(entry.columns).map((key) => sql`${columnSql(entry, key)} as ${identifier(key)}`),
    sql`, `,
  );

const orderOf = (entry: MapEntry): SQL =>
  sql.join(
    keyColumns(entry).map((key) => columnSql(entry, key)),
    sql`, `,
  );

/** A row of the driver's with the types that its table declares. */
export function rowFrom(entry: MapEntry, raw: Readonly<Record<string, unknown>>): Row {
  const columns = getTableColumns(entry.table) as Record<string, PgColumn>;
  return Object.fromEntries(
    Object.keys(entry.columns).map((key) => {
      const value = raw[key];
      return [key, value === null || value === undefined ? null : columns[key]?.mapFromDriverValue(value)];
    }),
  );
}

/**
 * The condition that a row is about one of the subjects or names one of them; null where the table can do neither.
 * `subjects` are the person and the accounts whose data are shown to them.
 */
export function concerns(entry: MapEntry, subjects: readonly SubjectName[]): SQL | null {
  const parts: SQL[] = [];
  for (const kind of ['person', 'account'] as const) {
    const ids = subjects.filter((subject) => subject.kind === kind).map((subject) => subject.id);
    if (ids.length === 0) continue;
    for (const key of namesOf(entry, kind)) parts.push(sql`${columnSql(entry, key)} in (${idList(ids)})`);
    if (kind === 'person' && entry.subject.kind === 'several') {
      parts.push(sql`${columnSql(entry, entry.subject.column)} && array[${idList(ids)}]`);
    }
  }
  return parts.length === 0 ? null : sql`(${sql.join(parts, sql` or `)})`;
}

/** The condition that names one row by its primary key, whose values are given in its order. */
export function isRow(entry: MapEntry, key: readonly unknown[]): SQL {
  const names = keyColumns(entry);
  if (key.length !== names.length) throw new Error(`table ${entry.name} has ${names.length} key columns`);
  return sql.join(
    names.map((name, index) => sql`${columnSql(entry, name)} = ${parameter(entry, name, key[index])}`),
    sql` and `,
  );
}

/** The condition that a row stands after this one. */
function isAfter(entry: MapEntry, key: readonly unknown[]): SQL {
  const names = keyColumns(entry);
  if (key.length !== names.length) throw new Error(`table ${entry.name} has ${names.length} key columns`);
  const values = names.map((name, index) => parameter(entry, name, key[index]));
  return sql`(${orderOf(entry)}) > (${sql.join(values, sql`, `)})`;
}

/** The values of a row's primary key, in its order: where the next page starts. */
export const keyOf = (entry: MapEntry, row: Row): unknown[] => keyColumns(entry).map((key) => row[key]);

/** The row's name for the record: the values of its primary key. */
export const rowLabel = (entry: MapEntry, row: Row): string => keyOf(entry, row).map(keyText).join('/');

export interface Page {
  /** At most so many rows. */
  readonly limit?: number;
  /** Rows after the one with this primary key. */
  readonly after?: readonly unknown[];
}

/**
 * `select` of all columns of the rows that meet the condition, in the order of the primary key; `more` is one more
 * expression with its name.
 */
export function selectRows(
  entry: MapEntry,
  where: SQL,
  { limit, after }: Page = {},
  more: SQL | null = null,
): SQL {
  const condition = after === undefined ? where : sql`${where} and ${isAfter(entry, after)}`;
  const end = limit === undefined ? sql`` : sql` limit ${limit}`;
  const what = more === null ? selection(entry) : sql`${selection(entry)}, ${more}`;
  return sql`select ${what} from ${identifier(entry.name)} where ${condition} order by ${orderOf(entry)}${end}`;
}
