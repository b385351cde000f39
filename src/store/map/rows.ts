/** What generic operations ask of a table of the map: its columns in SQL, whom a row is about, in which order rows go. */
import { getTableColumns } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { MapEntry } from './table.ts';
import type { SubjectKind } from './words.ts';

/** A person or an account, by its random id (32 hex digits). */
export interface SubjectName {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** A row with the properties' names of its table; sealed values are bytes. */
export type Row = Readonly<Record<string, unknown>>;

/** The column's name in PostgreSQL. */
export function sqlName(entry: MapEntry, key: string): string {
  const column = getTableColumns(entry.table)[key];
  if (column === undefined) throw new Error(`table ${entry.name} has no column ${key}`);
  return column.name;
}

/** The column that says of when a row is. Null: it says how things stand now, and belongs to every time. */
export function momentOf(entry: MapEntry): string | null {
  if (entry.subject.kind === 'self') return null;
  const found = Object.entries(getTableColumns(entry.table)).find(
    ([, column]) => column.notNull && /^(timestamp|date)/.test(column.getSQLType()),
  );
  return found?.[0] ?? null;
}

/** An identifier as SQL text. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const primaryKeys = new WeakMap<MapEntry, readonly string[]>();

/** The properties that make up the primary key, in its order. */
export function primaryKeyOf(entry: MapEntry): readonly string[] {
  const known = primaryKeys.get(entry) ?? readPrimaryKey(entry);
  primaryKeys.set(entry, known);
  return known;
}

function readPrimaryKey(entry: MapEntry): readonly string[] {
  const columns = Object.entries(getTableColumns(entry.table));
  const single = columns.filter(([, column]) => column.primary).map(([key]) => key);
  if (single.length > 0) return single;
  const [composite] = getTableConfig(entry.table).primaryKeys;
  if (composite === undefined) throw new Error(`table ${entry.name} has no primary key`);
  return composite.columns.map(
    (column) => columns.find(([, { name }]) => name === column.name)?.[0] as string,
  );
}

/** A value of a primary key as text that names it anywhere, whatever the time zone. */
export const keyText = (value: unknown): string =>
  value instanceof Date ? value.toISOString() : String(value);

/** A row's name in the place that a sealed value is bound to: the values of its primary key. */
export const rowName = (entry: MapEntry, row: Row): string =>
  primaryKeyOf(entry)
    .map((key) => keyText(row[key]))
    .join('/');

/** The properties that name a subject of this kind: the row's own id where the row is one, and references. */
export function namesOf(entry: MapEntry, kind: SubjectKind): readonly string[] {
  const own = entry.subject.kind === 'self' && entry.subject.of === kind ? [entry.subject.column] : [];
  const references = Object.entries(entry.columns).filter(([, column]) => column.refersTo === kind);
  return [...own, ...references.map(([key]) => key)];
}

/** Whom the row is about; null for nobody, for a severed link, and for several people. */
export function subjectOf(entry: MapEntry, row: Row): SubjectName | null {
  const { subject } = entry;
  if (subject.kind !== 'self' && subject.kind !== 'direct') return null;
  const id = row[subject.column];
  return typeof id === 'string' ? { kind: subject.of, id } : null;
}

/** The properties of a table's sealed columns. */
export const sealedColumns = (entry: MapEntry): readonly string[] =>
  Object.entries(entry.columns)
    .filter(([, column]) => column.how === 'sealed')
    .map(([key]) => key);
