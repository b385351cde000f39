/**
 * Everything that is held about a person, for a page (GDPR Art. 15, ACCESS-1): item, value, class, purpose, source,
 * until when, and what one may do with it. All of it follows from the map; a table that grows long is shown by its
 * count and its first rows. A damaged value is shown as unreadable, the rest stays.
 */
import { sql } from 'drizzle-orm';
import type { Row } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { DataClass, Purpose, Source } from '../map/words.ts';
import type { Store } from '../store.ts';
import { Refused } from './failures.ts';
import { itemName } from './item-name.ts';
import { concerns, identifier, keyOf, rowFrom, selectRows } from './select.ts';
import {
  KeyGone,
  type ShownValue,
  shownBy,
  shownColumns,
  showValue,
  subjectsOf,
  type Viewer,
} from './show.ts';
import { type KeptByLaw, keptByLaw, type Until, untilOf } from './until.ts';

const ROWS_DEFAULT = 20;
const ROWS_MAX = 200;
/** Beyond so many rows a count says "or more". */
const COUNT_ROWS_MAX = 100_000;

/** Whether one may do it, or why not. */
export type May = 'yes' | { readonly no: string };

export interface Item {
  /** Names it outward, for a correction. */
  readonly name: string;
  /** The property's name in its table. */
  readonly column: string;
  readonly label: string;
  readonly value: ShownValue;
  readonly class: DataClass;
  readonly purposes: readonly Purpose[];
  readonly source: Source;
  readonly until: Until;
  readonly keptByLaw: KeptByLaw | null;
  readonly may: { readonly correct: May; readonly delete: May; readonly export: May };
}

export interface ShownRow {
  /** Names the row for corrections. */
  readonly key: readonly unknown[];
  readonly items: readonly Item[];
}

export interface Section {
  readonly table: string;
  readonly about: string;
  /** How many rows there are; counted up to 100,000. */
  readonly count: number;
  readonly countIsFloor: boolean;
  readonly rows: readonly ShownRow[];
  /** Where the next page starts; null at the end. */
  readonly next: readonly unknown[] | null;
}

export interface AccessOptions {
  /** Rows of each table, 1 to 200. */
  readonly limit?: number;
}

/** All tables that hold something about the person, each with its first rows. Throws `Refused` for the erased. */
export async function access(store: Store, viewer: Viewer, options: AccessOptions = {}): Promise<Section[]> {
  const sections: Section[] = [];
  for (const entry of store.map) {
    if (entry.apart) continue;
    const section = await accessTable(store, viewer, entry, options);
    if (section !== null && section.count > 0) sections.push(section);
  }
  return sections;
}

/** One page of one table; null where the table is about nobody. */
export async function accessTable(
  store: Store,
  viewer: Viewer,
  entry: MapEntry,
  { limit = ROWS_DEFAULT, after }: AccessOptions & { readonly after?: readonly unknown[] } = {},
): Promise<Section | null> {
  if (!store.keys.has('person', viewer.person)) throw new Refused('erased', 'the person is erased');
  const where = concerns(entry, subjectsOf(viewer));
  if (where === null) return null;
  const rowsMax = Math.max(1, Math.min(limit, ROWS_MAX));
  const counted = await store.db.execute<{ count: string }>(
    sql`select count(*) as count from (select 1 from ${identifier(entry.name)} where ${where} limit ${COUNT_ROWS_MAX}) as found`,
  );
  const count = Number(counted.rows[0]?.count ?? 0);
  const page = after === undefined ? { limit: rowsMax + 1 } : { limit: rowsMax + 1, after };
  const { rows } = await store.db.execute(selectRows(entry, where, page));
  const read = rows.map((raw) => rowFrom(entry, raw));
  const shown = read.slice(0, rowsMax);
  return {
    table: entry.name,
    about: entry.about,
    count,
    countIsFloor: count === COUNT_ROWS_MAX,
    rows: shown.map((row) => ({ key: keyOf(entry, row), items: itemsOf(store, entry, row, viewer) })),
    next: read.length > rowsMax ? keyOf(entry, shown.at(-1) as Row) : null,
  };
}

function itemsOf(store: Store, entry: MapEntry, row: Row, viewer: Viewer): Item[] {
  return shownColumns(entry, 'access').flatMap((key) => {
    const item = itemOf(store, entry, row, key, viewer);
    return item === null ? [] : [item];
  });
}

function itemOf(store: Store, entry: MapEntry, row: Row, key: string, viewer: Viewer): Item | null {
  const facts = entry.columns[key]?.facts;
  if (facts === undefined || facts.class === 'none' || !('label' in facts)) return null;
  const value = valueShown(store, entry, row, key, viewer);
  if (value === null) return null;
  const law = keptByLaw(entry, key, row);
  const exported = shownBy(facts, 'export');
  return {
    name: itemName(entry, keyOf(entry, row), key),
    column: key,
    label: facts.label,
    value,
    class: facts.class,
    purposes: facts.purposes,
    source: facts.source,
    until: untilOf(entry, key, row),
    keptByLaw: law,
    may: {
      correct: 'no' in facts.correct ? { no: facts.correct.no } : 'yes',
      delete: law === null ? 'yes' : { no: law.title },
      export: exported === null ? 'yes' : { no: exported },
    },
  };
}

/** An account that was erased meanwhile leaves its row unreadable for a moment; a page shows that it is. */
function valueShown(store: Store, entry: MapEntry, row: Row, key: string, viewer: Viewer): ShownValue | null {
  try {
    return showValue(store, entry, row, key, viewer, 'access');
  } catch (error) {
    if (error instanceof KeyGone) return { kind: 'unreadable' };
    throw error;
  }
}
