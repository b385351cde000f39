/**
 * Reads a whole database as items, all of it as it was at one moment, while others go on writing. Holds no lock that
 * anybody waits for, and never more than a few pieces in memory.
 */
import type { Readable } from 'node:stream';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { quoted } from '../map/rows.ts';
import { postgresVersion, sequencesOf, tablesOf } from './catalogue.ts';
import type { Header, Item, TableHead, TableTotal, Totals } from './items.ts';
import { schemaOf } from './migrations.ts';
import { TableSum } from './table-sum.ts';

/** Rows that go into one item, in bytes, at the most as much again as PostgreSQL hands over at once. */
const PIECE_BYTES = 256 * 1024;

export interface DumpOptions {
  readonly id: string;
  readonly now: () => number;
  /** Where the record stands; asked after the snapshot is taken, so that the record is never the older of the two. */
  readonly recordPosition: () => Promise<Header['record']>;
  /** What comes between the tables and the end: files. */
  readonly files: () => AsyncIterable<Extract<Item, { kind: 'file' }>>;
  readonly totalOfFiles: () => Totals['files'];
  /** Called after each table. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Only these columns, in this order; left out: all that are there. */
  readonly tables?: readonly TableHead[];
  /** The connection is inside a transaction already, which is left as it is. */
  readonly inside?: boolean;
}

/** `client` is a connection of its own, with no time limit on statements. */
export async function* dump(client: pg.Client, options: DumpOptions): AsyncGenerator<Item> {
  if (options.inside !== true) await client.query('begin isolation level repeatable read read only');
  try {
    // So that a copy and its source are read in the same order.
    await client.query("set local synchronize_seqscans = off; set local timezone = 'UTC'");
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const tables = options.tables ?? (await tablesOf(client));
    yield { kind: 'header', header: await headerFor(client, tables, options) };
    const totals: TableTotal[] = [];
    for (const [index, table] of tables.entries()) {
      const sum = new TableSum(table.name);
      for await (const bytes of rowsOf(client, table)) {
        options.signal?.throwIfAborted();
        sum.add(bytes);
        yield { kind: 'rows', table: index, bytes };
      }
      totals.push(sum.total());
      options.onProgress?.(index + 1, tables.length);
    }
    const sequences = await sequencesOf(client);
    if (options.inside !== true) await client.query('commit');
    for await (const file of options.files()) {
      options.signal?.throwIfAborted();
      yield file;
    }
    yield { kind: 'end', totals: { tables: totals, sequences, files: options.totalOfFiles() } };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function headerFor(
  client: pg.Client,
  tables: readonly TableHead[],
  options: DumpOptions,
): Promise<Header> {
  return {
    format: 1,
    id: options.id,
    schema: await schemaOf(client),
    postgres: (await postgresVersion(client)).text,
    createdAt: options.now(),
    tables,
    record: await options.recordPosition(),
  };
}

/** The table's COPY stream in pieces. */
async function* rowsOf(client: pg.Client, { name, columns }: TableHead): AsyncGenerator<Buffer> {
  const statement = `copy public.${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout (format binary)`;
  const stream = client.query(copyStreams.to(statement)) as unknown as Readable;
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(waiting, bytes);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting, bytes);
}
