/**
 * Copies a database into another, empty one, through the same dump and load without a file between, and compares both
 * sides table by table before the copy is committed. The source's tables are only read; a mark in it says at the end that
 * it was moved away. Keys, ledger and record lie outside of it and stay. Killed anywhere, the same move goes on.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { isEmptyDatabase, postgresVersion } from './catalogue.ts';
import { type DumpOptions, dump } from './dump.ts';
import { BackupError, saidPlainly } from './errors.ts';
import type { Item, TableHead, TableTotal } from './items.ts';
import { load } from './load.ts';
import { MIGRATIONS_FOLDER } from './migrations.ts';
import { beginMove, cameBy, endMove, leaveTrace, POSTGRES_MAJOR_MIN } from './moved-away.ts';

export interface MoveOptions {
  readonly migrations?: string;
  /** Marks the source (an upgrade throws the whole of it away instead). */
  readonly leaveMark?: boolean;
  /** Tables. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface Moved {
  /** None where a move that was killed after its commit only had to end. */
  readonly tables: readonly TableTotal[];
}

/**
 * Nobody else works on the source: the caller holds the data folder's lock. Throws `target_too_old`, `not_empty`,
 * `copy_differs`, or what a database says; then the target is as it was.
 */
export async function moveDatabase(from: string, to: string, options: MoveOptions): Promise<Moved> {
  const source = new pg.Client({ connectionString: from, application_name: 'kept move' });
  const target = new pg.Client({ connectionString: to, application_name: 'kept move' });
  for (const client of [source, target]) client.on('error', () => {});
  try {
    await source.connect();
    await target.connect();
    const move = options.leaveMark === false ? null : await beginMove(source);
    if (move !== null && (await cameBy(target, move))) {
      await endMove(source);
      return { tables: [] };
    }
    await demandTarget(target);
    const tables = await copy(source, target, move, options);
    if (move !== null) await endMove(source);
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
  move: string | null,
  options: MoveOptions,
): Promise<readonly TableTotal[]> {
  const { onProgress, signal } = options;
  await target.query('begin');
  await target.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  const { totals } = await load(target, itemsOf(source, { onProgress, signal }), {
    migrations: options.migrations ?? MIGRATIONS_FOLDER,
    signal,
    onLoaded: async (header, sent) => {
      const arrived = await totalsOf(target, header.tables);
      if (JSON.stringify(arrived) !== JSON.stringify(sent.tables))
        throw new BackupError('copy_differs', 'What arrived is not what was sent; the target is as it was.');
    },
  });
  if (move !== null) await leaveTrace(target, move);
  signal?.throwIfAborted();
  await target.query('commit');
  return totals.tables;
}

const itemsOf = (
  client: pg.Client,
  options: Pick<DumpOptions, 'onProgress' | 'signal' | 'inside' | 'tables'>,
): AsyncGenerator<Item> =>
  dump(client, {
    id: randomBytes(16).toString('hex'),
    now: Date.now,
    recordPosition: async () => null,
    files: async function* () {},
    totalOfFiles: () => [],
    ...options,
  });

/** What stands in the target now; read in its own transaction, before it commits. */
async function totalsOf(target: pg.Client, tables: readonly TableHead[]): Promise<readonly TableTotal[]> {
  for await (const item of itemsOf(target, { inside: true, tables }))
    if (item.kind === 'end') return item.totals.tables;
  return [];
}
