/**
 * What is handed over, straight from the data map: of whom a case names, the columns of the kinds of data that it is about, in
 * the rows of its time, and nothing else. What people do not get in their own export is not in it either: what lets them in, and
 * whatever is about somebody else.
 */
import { buffer } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import { momentOf, namesOf, type SubjectName, sqlName } from '../../store/map/rows.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { concerns, rowFrom, selectRows } from '../../store/rights/select.ts';
import { isAbout, shownColumns, showValue, type Viewer } from '../../store/rights/show.ts';
import { ZipWriter } from '../../store/rights/zip-writer.ts';
import { KeyGone } from '../../store/sealing/errors.ts';
import type { Store, Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import type { Scope } from './scope.ts';
import { type Category, CONTENT } from './words.ts';

/** Rows of one table of one person; more are asked for by a shorter time. */
const ROWS_MAX = 100_000;
const BYTES_MAX = 50 * 1024 * 1024;
/** Names nobody: whoever is looked at is then an account alone. */
const NO_PERSON = '0'.repeat(32);

/** The columns of a table that hold these kinds of data. */
const columnsOf = (entry: MapEntry, categories: readonly Category[]): readonly string[] => {
  const wanted: ReadonlySet<string> = new Set(categories);
  return shownColumns(entry, 'export').filter((key) => wanted.has(entry.columns[key]?.facts.class ?? ''));
};

/** The tables that hold something of them of these kinds. */
export const tablesIn = (
  map: readonly MapEntry[],
  categories: readonly Category[],
  subjects: readonly SubjectName[],
): string[] =>
  map
    .filter(
      (entry) =>
        columnsOf(entry, categories).length > 0 &&
        subjects.some(({ kind }) => namesOf(entry, kind).length > 0),
    )
    .map(({ name }) => name);

/** Null: the table has nothing of that time. */
function isOfTime(entry: MapEntry, { rangeFrom, rangeTo }: Scope) {
  if (rangeFrom === null && rangeTo === null) return sql`true`;
  const key = momentOf(entry);
  if (key === null) return entry.subject.kind === 'self' ? sql`true` : null;
  const at = sql.identifier(sqlName(entry, key));
  const from = rangeFrom === null ? sql`true` : sql`${at} >= ${rangeFrom.toISOString()}`;
  const to = rangeTo === null ? sql`true` : sql`${at} < ${rangeTo.toISOString()}`;
  return sql`${from} and ${to}`;
}

/** One table of one of those who are named. */
export interface TablePart {
  readonly table: string;
  readonly about: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** `subjects`: one of those who are named, with the accounts that are theirs alone. */
export async function readScope(
  store: Pick<Store, 'map' | 'vault'>,
  tx: Tx,
  scope: Scope,
  subjects: readonly SubjectName[],
): Promise<TablePart[]> {
  const viewer: Viewer = {
    person: subjects.find(({ kind }) => kind === 'person')?.id ?? NO_PERSON,
    accounts: subjects.flatMap(({ kind, id }) => (kind === 'account' ? [id] : [])),
  };
  const parts: TablePart[] = [];
  for (const entry of store.map) {
    const keys = columnsOf(entry, scope.categories);
    const where = concerns(entry, subjects);
    const time = isOfTime(entry, scope);
    if (keys.length === 0 || where === null || time === null) continue;
    const { rows } = await tx.execute(selectRows(entry, sql`${where} and ${time}`, { limit: ROWS_MAX + 1 }));
    if (rows.length > ROWS_MAX) throw tooLarge();
    const shown = rows
      .map((raw) => rowFrom(entry, raw))
      .filter((row) => isAbout(entry, row, viewer))
      .map((row) => valuesOf(store, entry, row, { keys, viewer }));
    const told = shown.filter((values) => Object.keys(values).length > 0);
    if (told.length > 0) parts.push({ table: entry.name, about: entry.about, rows: told });
  }
  return parts;
}

function valuesOf(
  store: Pick<Store, 'vault'>,
  entry: MapEntry,
  row: Readonly<Record<string, unknown>>,
  { keys, viewer }: { readonly keys: readonly string[]; readonly viewer: Viewer },
): Readonly<Record<string, unknown>> {
  const values = keys.flatMap((key) => {
    const value = heldValue(store, entry, row, { key, viewer });
    return value === undefined ? [] : [[sqlName(entry, key), value] as const];
  });
  return Object.fromEntries(values);
}

/** Undefined: there is none, or it is somebody else's. */
function heldValue(
  store: Pick<Store, 'vault'>,
  entry: MapEntry,
  row: Readonly<Record<string, unknown>>,
  { key, viewer }: { readonly key: string; readonly viewer: Viewer },
): unknown {
  try {
    const shown = showValue(store, entry, row, key, viewer, 'export');
    if (shown?.kind === 'sealed') return shown.value.reveal();
    return shown?.kind === 'plain' ? (shown.value ?? undefined) : undefined;
  } catch (error) {
    if (error instanceof KeyGone) return undefined;
    throw error;
  }
}

const tooLarge = (): Problem =>
  new Problem(
    409,
    'too_large',
    'This is more than one package holds. Narrow the case to a shorter time, and answer the rest in another.',
  );

export interface Answered {
  /** As the demand names them. */
  readonly named: readonly string[];
  /** In the same order; null: nothing is held. */
  readonly parts: readonly (readonly TablePart[])[];
  readonly readme: string;
  readonly manifest: object;
}

/** As a ZIP. Throws `Problem` 409 (`too_large`). */
export async function zipOf({ named, parts, readme, manifest }: Answered, at: Date): Promise<Buffer> {
  const zip = new ZipWriter(at, new AbortController().signal);
  const whole = buffer(zip.stream);
  // Awaited below, also where a file fails first.
  whole.catch(() => {});
  await zip.add('README.txt', [Buffer.from(readme)]);
  await zip.add('manifest.json', [json(manifest)]);
  for (const [at] of named.entries())
    for (const { table, rows } of parts[at] ?? [])
      await zip.add(`named-${at + 1}/${table}.json`, [json(rows)]);
  await zip.end();
  const bytes = await whole;
  if (bytes.length > BYTES_MAX) throw tooLarge();
  return bytes;
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

export const asksForContent = (categories: readonly Category[]): boolean => categories.includes(CONTENT);
