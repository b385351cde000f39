/**
 * Rows of the map with their sealed columns: text goes in and comes out, bytes are stored. The place that a value is
 * bound to (table, column, row, subject) follows from the map, so that nobody writes it down.
 */
import type { InferInsertModel } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Sealed } from './map/columns.ts';
import { type Row, rowName, sealedColumns, sqlName, subjectOf } from './map/rows.ts';
import { entryOf, type MapEntry } from './map/table.ts';
import type { Decrypted } from './sealing/decrypted.ts';
import type { Vault } from './sealing/vault.ts';

/** A row with text where the table has sealed bytes. */
export type Legible<Values> = {
  [K in keyof Values]: Sealed extends NonNullable<Values[K]>
    ? Exclude<Values[K], Sealed> | string
    : Values[K];
};
type SealedKey<Values> = {
  [K in keyof Values]-?: Sealed extends NonNullable<Values[K]> ? K : never;
}[keyof Values] &
  string;

/**
 * What is inserted for `values`: its sealed columns sealed under the key of the row's subject. The subject's key must
 * be there, and the row's primary key among the values. Throws `KeyGone` for an erased subject.
 */
export function sealRow<T extends PgTable>(
  vault: Vault,
  table: T,
  values: Legible<InferInsertModel<T>>,
): InferInsertModel<T> {
  const entry = entryOf(table);
  const row: Record<string, unknown> = { ...values };
  for (const key of sealedColumns(entry)) {
    const text = row[key];
    if (typeof text === 'string') row[key] = sealValue(vault, entry, row, key, text);
  }
  return row as InferInsertModel<T>;
}

/** The bytes of one value of a row. */
export function sealValue(vault: Vault, entry: MapEntry, row: Row, key: string, text: string): Sealed {
  const { subject, place } = whereabouts(entry, row, key);
  return vault.seal(subject, place, text) as Sealed;
}

/**
 * Opens one sealed value; null where there is none. `row` needs, besides the value, the columns that say which row it is
 * and whom it is about. Throws `KeyGone` or `Unreadable`.
 */
export function openValue<T extends PgTable>(
  vault: Vault,
  table: T,
  row: Partial<T['$inferSelect']>,
  key: SealedKey<T['$inferSelect']>,
): Decrypted<string> | null {
  const entry = entryOf(table);
  const bytes = (row as Row)[key];
  if (!Buffer.isBuffer(bytes)) return null;
  const { subject, place } = whereabouts(entry, row as Row, key);
  return vault.open(subject, place, bytes);
}

/** The text of one sealed value for a page or an answer; null where there is none or it cannot be opened. */
export function readValue<T extends PgTable>(
  vault: Vault,
  table: T,
  row: Partial<T['$inferSelect']>,
  key: SealedKey<T['$inferSelect']>,
): string | null {
  try {
    return openValue(vault, table, row, key)?.reveal() ?? null;
  } catch {
    return null;
  }
}

function whereabouts(entry: MapEntry, row: Row, key: string) {
  const subject = subjectOf(entry, row);
  if (subject === null) throw new Error(`a sealed value of ${entry.name} is about nobody`);
  return { subject, place: { table: entry.name, column: sqlName(entry, key), row: rowName(entry, row) } };
}
