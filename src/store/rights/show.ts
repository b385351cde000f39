/**
 * What of a row may be shown to a person: everything of a row about them or an account of theirs, and of other rows
 * only that they are named there. Never another person's id, never what the map says is not shown.
 */
import { getTableColumns } from 'drizzle-orm';
import type { Shown } from '../map/facts.ts';
import { type Row, rowName, type SubjectName, sqlName, subjectOf } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { openValue } from '../sealed-rows.ts';
import type { Decrypted } from '../sealing/decrypted.ts';
import { KeyGone, Unreadable } from '../sealing/errors.ts';
import type { Store } from '../store.ts';
import { keyColumns } from './select.ts';

/** The person who asks, and the accounts whose data are shown to them: those that they own. */
export interface Viewer {
  readonly person: string;
  readonly accounts: readonly string[];
}

export type PlainValue = string | number | boolean | null | readonly (string | number | boolean | null)[];
export type ShownValue =
  | { readonly kind: 'sealed'; readonly value: Decrypted<string> }
  | { readonly kind: 'plain'; readonly value: PlainValue }
  /** Damaged: the rest works. */
  | { readonly kind: 'unreadable' }
  /** It names somebody else. */
  | { readonly kind: 'another person' }
  | { readonly kind: 'withheld'; readonly why: string };

export const subjectsOf = (viewer: Viewer): SubjectName[] => [
  { kind: 'person', id: viewer.person },
  ...viewer.accounts.map((id) => ({ kind: 'account' as const, id })),
];

const isViewer = (viewer: Viewer, subject: SubjectName): boolean =>
  subject.kind === 'person' ? subject.id === viewer.person : viewer.accounts.includes(subject.id);

/** Whether the whole row is about the viewer, not only a reference in it. */
export function isAbout(entry: MapEntry, row: Row, viewer: Viewer): boolean {
  if (entry.subject.kind === 'several')
    return (row[entry.subject.column] as string[]).includes(viewer.person);
  const subject = subjectOf(entry, row);
  return subject !== null && isViewer(viewer, subject);
}

/** The columns that a person is shown: those about them; what is about nobody only where it tells rows apart. */
export function shownColumns(entry: MapEntry, how: 'access' | 'export'): readonly string[] {
  const primary = keyColumns(entry);
  return Object.entries(entry.columns)
    .filter(([key, column]) =>
      column.facts.class === 'none'
        ? how === 'export' && primary.includes(key)
        : how === 'access' || shownBy(column.facts, 'export') === null,
    )
    .map(([key]) => key);
}

/** Why a value is not shown; null where it is. */
export function shownBy(
  facts: MapEntry['columns'][string]['facts'],
  how: 'access' | 'export',
): string | null {
  if (facts.class === 'none' || !(how in facts)) return null;
  const shown = (facts as Record<typeof how, Shown>)[how];
  return shown === 'yes' ? null : shown.no;
}

/**
 * Whether the map shows the person anything of this table. Where it does not, not even that there is a row is told: an
 * order to keep data may forbid that.
 */
export const tells = (entry: MapEntry, how: 'access' | 'export'): boolean =>
  Object.values(entry.columns).some(({ facts }) => facts.class !== 'none' && shownBy(facts, how) === null);

/** What one value of a row looks like to the viewer; null: it is not theirs to see that it is there. */
export function showValue(
  store: Pick<Store, 'vault'>,
  entry: MapEntry,
  row: Row,
  key: string,
  viewer: Viewer,
  how: 'access' | 'export',
): ShownValue | null {
  const column = entry.columns[key];
  if (column === undefined) throw new Error(`table ${entry.name} has no column ${key}`);
  const value = row[key];
  const whole = isAbout(entry, row, viewer);
  if (column.refersTo !== null && typeof value === 'string') {
    if (isViewer(viewer, { kind: column.refersTo, id: value })) return { kind: 'plain', value };
    if (!whole) return null;
    if (shownBy(column.facts, how) === null)
      return column.refersTo === 'person' ? { kind: 'another person' } : { kind: 'plain', value };
  }
  if (!whole) return column.facts.class === 'none' ? { kind: 'plain', value: plainOf(value) } : null;
  const why = shownBy(column.facts, how);
  if (why !== null) return { kind: 'withheld', why };
  if (entry.subject.kind === 'several' && key === entry.subject.column) {
    return { kind: 'plain', value: [viewer.person] };
  }
  if (column.how === 'sealed' && Buffer.isBuffer(value)) return opened(store, entry, row, key, viewer);
  return { kind: 'plain', value: plainOf(value) };
}

/** Throws `KeyGone` where its subject is erased. */
function opened(
  store: Pick<Store, 'vault'>,
  entry: MapEntry,
  row: Row,
  key: string,
  viewer: Viewer,
): ShownValue {
  try {
    const value =
      entry.subject.kind === 'several'
        ? openOneOfSeveral(store, entry, row, key, viewer)
        : openValue(store.vault, entry.table, row as never, key as never);
    return value === null ? { kind: 'plain', value: null } : { kind: 'sealed', value };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'unreadable' };
    throw error;
  }
}

/** The row's key is wrapped for each person, in the order of the column with their ids, as base64. */
function openOneOfSeveral(
  store: Pick<Store, 'vault'>,
  entry: MapEntry,
  row: Row,
  key: string,
  viewer: Viewer,
): Decrypted<string> | null {
  if (entry.subject.kind !== 'several') return null;
  const people = row[entry.subject.column] as string[];
  const wrap = (row[entry.subject.wraps] as string[])[people.indexOf(viewer.person)];
  if (wrap === undefined) throw new Unreadable();
  const place = { table: entry.name, column: sqlName(entry, key), row: rowName(entry, row) };
  return store.vault.openAsOne(viewer.person, place, row[key] as Buffer, Buffer.from(wrap, 'base64'));
}

/** What JSON can hold: moments as ISO 8601, bytes as hex. */
function plainOf(value: unknown): PlainValue {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plainOf) as PlainValue;
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  return value as PlainValue;
}

/** The type of a column's value in JSON, for the schema of the export. */
export function jsonType(entry: MapEntry, key: string): Record<string, unknown> {
  const column = getTableColumns(entry.table)[key];
  switch (column?.dataType) {
    case 'number':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date-time' };
    case 'array':
      return { type: 'array' };
    default:
      return { type: 'string' };
  }
}

export { KeyGone };
