/** Sealed values as they lie in the tables, and every key of a store tried on them. */

import type { KeyStore } from '../../store/keys/key-store.ts';
import { KEY_KINDS, type KeyName } from '../../store/keys/kinds.ts';
import {
  type Row,
  rowName,
  type SubjectName,
  sealedColumns,
  sqlName,
  subjectOf,
} from '../../store/map/rows.ts';
import { open, type Place, Unreadable } from '../../store/sealing/seal.ts';
import type { Store } from '../../store/store.ts';

export interface SealedValue {
  readonly place: Place;
  /** Null: about nobody, or about several people. */
  readonly about: SubjectName | null;
  readonly bytes: Buffer;
}

/** Of every table of the map, as long as they are few. */
export async function sealedValues({ db, map }: Pick<Store, 'db' | 'map'>): Promise<SealedValue[]> {
  const values: SealedValue[] = [];
  for (const entry of map) {
    const columns = sealedColumns(entry);
    if (columns.length === 0) continue;
    const rows: Row[] = await db.select().from(entry.table);
    for (const row of rows)
      for (const key of columns) {
        const bytes = row[key];
        if (!Buffer.isBuffer(bytes)) continue;
        const place = { table: entry.name, column: sqlName(entry, key), row: rowName(entry, row) };
        values.push({ place, about: subjectOf(entry, row), bytes });
      }
  }
  return values;
}

/** The text of each value that one of the keys opens, under whichever name the key is there. */
export function opened(
  keys: Pick<KeyStore, 'key' | 'version'>,
  names: readonly KeyName[],
  values: readonly SealedValue[],
): string[] {
  return values.flatMap((value) => names.flatMap((name) => openAs(keys, name, value) ?? []).slice(0, 1));
}

function openAs(
  keys: Pick<KeyStore, 'key' | 'version'>,
  { kind, id }: KeyName,
  { place, about, bytes }: SealedValue,
): string | null {
  const key = keys.key(kind, id);
  const version = keys.version(kind, id);
  if (key === null || version === null) return null;
  const own = { kind, id };
  for (const subject of about === null ? [own] : [own, about]) {
    try {
      return open(key, version, { ...place, subject: `${subject.kind}:${subject.id}` }, bytes).toString();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  return null;
}

/** Every name that a key of these ids could have. */
export const keyNames = (ids: readonly string[]): KeyName[] =>
  KEY_KINDS.flatMap((kind) => ids.map((id) => ({ kind, id })));
