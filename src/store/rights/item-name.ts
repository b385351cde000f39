/**
 * How a value of somebody's is named outward, so that what `access` shows can be pointed at: `table/row/column`, the
 * names as in PostgreSQL, the row by the values of its primary key (joined by commas where they are several).
 */
import { getTableColumns } from 'drizzle-orm';
import { keyText, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { keyColumns } from './select.ts';

export interface ItemName {
  readonly table: string;
  readonly key: readonly string[];
  /** The property's name. */
  readonly column: string;
}

export const itemName = (entry: MapEntry, key: readonly unknown[], column: string): string =>
  [entry.name, key.map((value) => encodeURIComponent(keyText(value))).join(','), sqlName(entry, column)].join(
    '/',
  );

/** What the name points at; null where no table, column or row can be called so. */
export function readItemName(map: readonly MapEntry[], text: string): ItemName | null {
  const [table, row, name, ...rest] = text.split('/');
  const entry = map.find((each) => each.name === table);
  if (entry === undefined || row === undefined || rest.length > 0) return null;
  const columns = Object.entries(getTableColumns(entry.table));
  const column = columns.find(([, each]) => each.name === name)?.[0];
  const key = row.split(',').map(decoded);
  const names = keyColumns(entry);
  const fits = key.length === names.length && key.every((value, at) => mayBe(entry, names[at] ?? '', value));
  return column === undefined || !fits ? null : { table: entry.name, key: key as string[], column };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** As `keyText` writes one. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** PostgreSQL refuses to compare a column with what its type cannot hold. */
function mayBe(entry: MapEntry, key: string, value: string | null): boolean {
  if (value === null || value.includes('\0')) return false;
  const type = getTableColumns(entry.table)[key]?.getSQLType() ?? '';
  if (type.startsWith('timestamp')) return MOMENT.test(value) && !Number.isNaN(Date.parse(value));
  if (type === 'uuid') return /^[0-9a-f]{32}$/.test(value);
  if (/int|serial/.test(type))
    return /^\d{1,9}$/.test(value) || (/big/.test(type) && /^\d{1,18}$/.test(value));
  return true;
}
