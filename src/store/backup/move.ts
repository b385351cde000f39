/**
 * Copies a database into another, empty one, through the same dump and load without a file between, and compares both
 * sides table by table before the copy is committed. The source is only read, and marked as moved at the end; keys,
 * ledger and record lie outside of it and stay.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { isEmptyDatabase, postgresVersion } from './catalogue.ts';
import { type DumpOptions, dump } from './dump.ts';
import { BackupError, saidPlainly } from './errors.ts';
import type { Item, TableTotal } from './items.ts';
import { load } from './load.ts';
import { MIGRATIONS_FOLDER } from './migrations.ts';

/** The oldest PostgreSQL that Kept works with. */
export const POSTGRES_MAJOR_MIN = 15;

export interface MoveOptions {
  /** Answers once nothing writes to the source any more; a move does not follow what comes later. */
  readonly isInUse: () => Promise<boolean>;
  readonly migrations?: string;
  /** Marks the source (an upgrade throws the whole of it away instead). */
  readonly leaveMark?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Moved {
  readonly tables: readonly TableTotal[];
}

/** Throws `in_use`, `target_too_old`, `not_empty`, `copy_differs`, or what a database says; then the target is as it was. */
export async function moveDatabase(from: string, to: string, options: MoveOptions): Promise<Moved> {
  if (await options.isInUse())
    throw new BackupError('in_use', 'Kept runs on this data folder: stop it first.');
  const source = new pg.Client({ connectionString: from, application_name: 'kept move' });
  const target = new pg.Client({ connectionString: to, application_name: 'kept move' });
  for (const client of [source, target]) client.on('error', () => {});
  try {
    await source.connect();
    await target.connect();
    await demandTarget(target);
    const tables = await copy(source, target, options);
    if (options.leaveMark !== false) await markMoved(source);
    return { tables };
  } catch (error) {
    throw saidPlainly(error);
  } finally {
    await Promise.allSettled([source.end(), target.end()]);
  }
}

async function demandTarget(target: pg.Client): Promise<void> {
  const { major } = await postgresVersion(target);
  if (major < POSTGRES_MAJOR_MIN)
    throw new BackupError(
      'target_too_old',
      `The target is PostgreSQL ${major}; Kept needs ${POSTGRES_MAJOR_MIN} or newer.`,
    );
  if (!(await isEmptyDatabase(target)))
    throw new BackupError('not_empty', 'The target database is not empty; nothing was changed.');
}

async function copy(
  source: pg.Client,
  target: pg.Client,
  options: MoveOptions,
): Promise<readonly TableTotal[]> {
  const { onProgress, signal } = options;
  await target.query('begin');
  await target.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  const { totals } = await load(target, itemsOf(source, { onProgress, signal }), {
    migrations: options.migrations ?? MIGRATIONS_FOLDER,
    signal,
    onLoaded: async (header, sent) => {
      const arrived = await totalsOf(
        target,
        header.tables.map(({ name }) => name),
      );
      if (JSON.stringify(arrived) !== JSON.stringify(sent.tables))
        throw new BackupError('copy_differs', 'What arrived is not what was sent; the target is as it was.');
    },
  });
  await target.query('commit');
  return totals.tables;
}

const itemsOf = (
  client: pg.Client,
  options: Pick<DumpOptions, 'onProgress' | 'signal' | 'inside'>,
): AsyncGenerator<Item> =>
  dump(client, {
    id: randomBytes(16).toString('hex'),
    now: Date.now,
    recordPosition: async () => null,
    files: async function* () {},
    totalOfFiles: () => [],
    ...options,
  });

/** What stands in the target now, in the order of the source's tables; read in its own transaction, before it commits. */
async function totalsOf(target: pg.Client, names: readonly string[]): Promise<readonly TableTotal[]> {
  for await (const item of itemsOf(target, { inside: true }))
    if (item.kind === 'end')
      return names.flatMap((name) => item.totals.tables.filter((table) => table.name === name));
  return [];
}

/** So that nobody goes on with the old one by mistake; `movedAway` tells it at the next start. */
async function markMoved(source: pg.Client): Promise<void> {
  await source.query('create schema if not exists drizzle');
  await source.query('create table if not exists drizzle.moved_away (at timestamptz not null default now())');
  await source.query('insert into drizzle.moved_away default values');
}

/** Whether this database was copied elsewhere and must not be used any more. */
export async function movedAway(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query("select to_regclass('drizzle.moved_away') is not null as there");
  return rows[0].there;
}
