/**
 * Everything about a person as a ZIP (GDPR Art. 20, ACCESS-3): JSON, CSV, a schema, and a receipt of the record. One
 * snapshot, read through cursors as fast as it is taken, so that memory does not grow with the rows. Whole or refused:
 * the subjects' locks are held shared for its length, and whoever is being erased is refused (`docs/export.md`).
 */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type Row, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { Store, Tx } from '../store.ts';
import { csvLine } from './csv.ts';
import { EXPORT_VERSION, exportReadme, exportSchema, MARKS } from './export-schema.ts';
import { Refused } from './failures.ts';
import { concerns, identifier, rowFrom, selectRows } from './select.ts';
import {
  KeyGone,
  type PlainValue,
  type ShownValue,
  shownColumns,
  showValue,
  subjectsOf,
  tells,
  type Viewer,
} from './show.ts';
import { tryLockShared } from './subject-lock.ts';
import { type WrittenFile, ZipWriter } from './zip-writer.ts';

/** Rows that are in memory at once. */
const FETCH_ROWS = 100;
/** An export holds a connection, a snapshot and the locks that erasure waits for. */
const EXPORT_MS_MAX = 60 * 60 * 1_000;
const EXPORTS_MAX = 2;

export interface ExportOptions {
  /** Whether the erasure of this subject has begun, by the erasure ledger. */
  readonly erasureBegun: (subject: { readonly kind: 'person' | 'account'; readonly id: string }) => boolean;
  readonly signal?: AbortSignal;
  /** What else holds data about them, outside of the store, and how it stands there; left out or empty: nothing does. */
  readonly outside?: readonly { readonly system: string; readonly state: string }[];
  /** Told again and again how many rows are in the archive, and of how many. */
  readonly onProgress?: (rows: number, of: number) => void;
}

export interface Exported {
  /** SHA-256 of `manifest.json`, as it stands in the record. */
  readonly manifest: string;
  /** The record's entry. */
  readonly entry: string;
  readonly rows: number;
}

export interface Export {
  /** The archive; fails without its directory when the export fails. */
  readonly stream: Readable;
  readonly done: Promise<Exported>;
}

/** How long an export waits for whoever enters something of theirs, and how often it looks. */
const FREE_MS_MAX = 5_000;
const FREE_LOOK_MS = 50;

let running = 0;

/**
 * Starts an export and resolves when nothing stands against it. Throws `Refused`: `busy` beyond two at once, `erased`
 * while or after an erasure; later failures end the stream.
 */
export async function exportData(store: Store, viewer: Viewer, options: ExportOptions): Promise<Export> {
  if (running >= EXPORTS_MAX) throw new Refused('busy', 'too many exports at once');
  running += 1;
  const timeout = AbortSignal.timeout(EXPORT_MS_MAX);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const madeAt = new Date(store.now());
  const zip = new ZipWriter(madeAt, signal);
  zip.stream.on('error', () => {});
  const allowed = Promise.withResolvers<void>();
  const done = write(store, viewer, { ...options, signal }, zip, madeAt, allowed.resolve)
    .catch((error: unknown) => {
      const failure = refusalOf(error);
      zip.fail(failure);
      throw failure;
    })
    .finally(() => {
      running -= 1;
    });
  done.catch(allowed.reject);
  await allowed.promise;
  return { stream: zip.stream, done };
}

/** A key that died meanwhile and an hour that passed are refusals; anything else stays what it is. */
function refusalOf(error: unknown): Error {
  if (error instanceof KeyGone) return new Refused('erased', 'erased meanwhile');
  const { name } = error as Error;
  return name === 'TimeoutError' ? new Refused('too_long', 'the export took too long') : (error as Error);
}

async function write(
  store: Store,
  viewer: Viewer,
  { signal, ...options }: ExportOptions & { readonly signal: AbortSignal },
  zip: ZipWriter,
  madeAt: Date,
  allowed: () => void,
): Promise<Exported> {
  const entries = store.map.filter(
    (entry) => tells(entry, 'export') && concerns(entry, subjectsOf(viewer)) !== null,
  );
  const files: WrittenFile[] = [];
  let rows = 0;
  let written = 0;
  await onceFree(signal, () =>
    store.db.transaction(
      async (tx) => {
        await admit(store, tx, viewer, options);
        // Whoever takes the archive slowly lets it wait between two reads.
        await tx.execute(
          sql`select set_config('idle_in_transaction_session_timeout', ${String(EXPORT_MS_MAX)}, true)`,
        );
        allowed();
        const all = options.onProgress === undefined ? 0 : await countRows(tx, entries, viewer);
        // Each row is written twice, as JSON and as CSV.
        const onRows = (more: number): void => {
          written += more;
          options.onProgress?.(Math.floor(written / 2), all);
        };
        onRows(0);
        files.push(
          await zip.add('README.txt', [Buffer.from(exportReadme(entries, madeAt, options.outside))]),
        );
        files.push(await zip.add('schema.json', [json(exportSchema(entries))]));
        for (const entry of entries) {
          const onJson = (more: number): void => {
            rows += more;
            onRows(more);
          };
          files.push(await zip.add(`data/${entry.name}.json`, jsonRows(store, tx, entry, viewer, onJson)));
          files.push(await zip.add(`data/${entry.name}.csv`, csvRows(store, tx, entry, viewer, onRows)));
        }
      },
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    ),
  );
  const manifest = await zip.add('manifest.json', [
    json({
      format: 'kept-export',
      version: EXPORT_VERSION,
      made_at: madeAt.toISOString(),
      rows,
      ...outsideOf(options),
      files,
    }),
  ]);
  const entry = await enterExport(store, viewer, manifest.sha256, rows);
  await zip.add('receipt.tlog-proof', [Buffer.from(await store.record.receipt(entry))]);
  await zip.end();
  return { manifest: manifest.sha256, entry, rows };
}

const outsideOf = ({ outside = [] }: ExportOptions) => (outside.length > 0 ? { outside } : {});

/** Somebody has a subject's lock alone: whoever erases them, or enters something of theirs. */
class NotFree extends Error {}

/** As often as it takes, for a while, each time in a transaction of its own: what was read before a wait would be old. */
async function onceFree(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (const until = performance.now() + FREE_MS_MAX; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NotFree)) throw error;
      if (performance.now() > until) throw new Refused('busy', 'something of theirs is being entered');
      await sleep(FREE_LOOK_MS, undefined, { signal });
    }
  }
}

/** The snapshot is taken with the first lock, so whoever began to erase before it is seen in the ledger now. */
async function admit(store: Store, tx: Tx, viewer: Viewer, options: ExportOptions): Promise<void> {
  for (const subject of subjectsOf(viewer)) {
    const free = await tryLockShared(tx, subject);
    if (options.erasureBegun(subject) || !store.keys.has(subject.kind, subject.id))
      throw new Refused('erased', `the ${subject.kind} is erased, or is being erased`);
    if (!free) throw new NotFree();
  }
}

const enterExport = (store: Store, viewer: Viewer, manifest: string, rows: number): Promise<string> =>
  store.record.act((_tx, enter) =>
    enter({
      kind: 'export',
      role: 'person',
      about: { kind: 'person', id: viewer.person },
      content: { person: viewer.person, manifest, rows },
    }),
  );

async function countRows(tx: Tx, entries: readonly MapEntry[], viewer: Viewer): Promise<number> {
  let all = 0;
  for (const entry of entries) {
    const where = concerns(entry, subjectsOf(viewer)) ?? sql`false`;
    const { rows } = await tx.execute<{ count: string }>(
      sql`select count(*) as count from ${identifier(entry.name)} where ${where}`,
    );
    all += Number(rows[0]?.count ?? 0);
  }
  return all;
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** The rows of a table in batches, in the order of their primary key. */
async function* batches(tx: Tx, entry: MapEntry, viewer: Viewer): AsyncGenerator<Row[]> {
  const where = concerns(entry, subjectsOf(viewer));
  if (where === null) return;
  await tx.execute(sql`declare export_rows no scroll cursor for ${selectRows(entry, where)}`);
  for (;;) {
    const { rows } = await tx.execute(sql.raw(`fetch ${FETCH_ROWS} from export_rows`));
    if (rows.length > 0) yield rows.map((raw) => rowFrom(entry, raw));
    if (rows.length < FETCH_ROWS) break;
  }
  await tx.execute(sql`close export_rows`);
}

async function* jsonRows(
  store: Store,
  tx: Tx,
  entry: MapEntry,
  viewer: Viewer,
  onRows: (more: number) => void,
): AsyncGenerator<Buffer> {
  const keys = shownColumns(entry, 'export');
  let before = '[\n';
  for await (const rows of batches(tx, entry, viewer)) {
    onRows(rows.length);
    const lines = rows.map((row) => JSON.stringify(rowAsJson(store, entry, row, keys, viewer)));
    yield Buffer.from(before + lines.join(',\n'));
    before = ',\n';
  }
  yield Buffer.from(before === ',\n' ? '\n]\n' : '[]\n');
}

async function* csvRows(
  store: Store,
  tx: Tx,
  entry: MapEntry,
  viewer: Viewer,
  onRows: (more: number) => void,
): AsyncGenerator<Buffer> {
  const keys = shownColumns(entry, 'export');
  yield Buffer.from(csvLine(keys.map((key) => sqlName(entry, key))));
  for await (const rows of batches(tx, entry, viewer)) {
    onRows(rows.length);
    const lines = rows.map((row) =>
      csvLine(keys.map((key) => csvValue(showValue(store, entry, row, key, viewer, 'export')))),
    );
    yield Buffer.from(lines.join(''));
  }
}

function rowAsJson(
  store: Store,
  entry: MapEntry,
  row: Row,
  keys: readonly string[],
  viewer: Viewer,
): unknown {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const shown = showValue(store, entry, row, key, viewer, 'export');
      return shown === null || shown.kind === 'withheld' ? [] : [[sqlName(entry, key), jsonValue(shown)]];
    }),
  );
}

/** Here values leave the store, into the archive of the person whom they are about. */
function jsonValue(shown: ShownValue): unknown {
  if (shown.kind === 'sealed') return shown.value.reveal();
  return shown.kind === 'plain' ? shown.value : { not_shown: shown.kind };
}

function csvValue(shown: ShownValue | null): PlainValue {
  if (shown === null || shown.kind === 'withheld') return null;
  if (shown.kind === 'sealed') return shown.value.reveal();
  return shown.kind === 'plain' ? shown.value : MARKS[shown.kind];
}
