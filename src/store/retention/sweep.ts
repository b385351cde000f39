/**
 * The retention sweep: what has ended goes, in small batches that lock only what they delete. Follows from the map
 * alone: a row, or a column with an end of its own, whose days are over. Leaves alone what a legal hold keeps and whose
 * people asked for restriction (GDPR Art. 18: kept); it goes with the first sweep after that has ended.
 */
import { getTableColumns, sql } from 'drizzle-orm';
import { isOutage } from '../failures.ts';
import type { Row } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { Store, Tx } from '../store.ts';
import { believedNow, type DatabaseClock } from './clock.ts';
import { type Ending, endingsOf, hasEnded, identifier, sparing } from './endings.ts';
import { moveApart } from './move-apart.ts';

/** Rows that one transaction deletes. */
const BATCH_ROWS = 500;
/** Name of the advisory lock of the one who sweeps: "swep" as a number. */
const LOCK = 0x73776570;

export interface Swept {
  /** Rows deleted (or emptied of an ended column) by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Data keys, look-ups and suppressions whose end had come. */
  readonly keys: number;
}

export interface SweepOptions {
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
  /** Keeps what a law keeps of rows that are about to be deleted, in the same transaction. */
  readonly moveApart?: (tx: Tx, store: Store, entry: MapEntry, rows: readonly Row[]) => Promise<void>;
  /** In place of the database's own clock, for tests whose clock jumps. */
  readonly databaseClock?: DatabaseClock;
}

/**
 * Sweeps every table of the map once; null when another process is at it. A table that fails keeps no other from being
 * swept; its error is thrown in the end. Throws `ClockDoubted`, or what database or record throw: then what was deleted
 * stays deleted, with its entry in the record, and the next sweep goes on.
 */
export async function sweep(store: Store, options: SweepOptions = {}): Promise<Swept | null> {
  const now = await believedNow(store, options.databaseClock);
  const rows: Record<string, number> = {};
  const failures: unknown[] = [];
  for (const ending of store.map.flatMap(endingsOf)) {
    try {
      for (let batch: number | null = BATCH_ROWS; batch === BATCH_ROWS && !options.signal?.aborted; ) {
        batch = await sweepBatch(store, ending, now, options);
        if (batch === null) return Object.keys(rows).length === 0 ? null : { rows, keys: 0 };
        if (batch > 0) rows[ending.entry.name] = (rows[ending.entry.name] ?? 0) + batch;
      }
    } catch (error) {
      if (isOutage(error)) throw error;
      failures.push(error);
    }
  }
  const keys = options.signal?.aborted ? 0 : await sweepKeys(store, now);
  if (failures.length > 0) throw failures[0];
  return { rows, keys };
}

/** One transaction with its entry in the record: how many rows it took, or null when somebody else sweeps. */
async function sweepBatch(
  store: Store,
  ending: Ending,
  now: number,
  options: SweepOptions,
): Promise<number | null> {
  return store.record.act(async (tx, enter) => {
    const { rows: got } = await tx.execute<{ mine: boolean }>(
      sql`select pg_try_advisory_xact_lock(${LOCK}) as mine`,
    );
    if (got[0]?.mine !== true) return null;
    const ended = sql`${hasEnded(ending, now)}${await sparing(tx, store.map, ending.entry)}`;
    const rows = await end(tx, store, ending, ended, options.moveApart ?? moveApart);
    if (rows > 0) {
      const classes = Object.fromEntries(ending.classes.map((name) => [name, rows]));
      const content = { table: ending.entry.name, column: ending.column, rows, classes };
      await enter({ kind: 'retention', role: 'system', about: null, content });
    }
    return rows;
  });
}

async function end(
  tx: Tx,
  store: Store,
  { entry, column }: Ending,
  ended: ReturnType<typeof sql>,
  keepApart: NonNullable<SweepOptions['moveApart']>,
): Promise<number> {
  const table = identifier(entry.name);
  if (column !== null || entry.law === null) {
    const what =
      column === null ? sql`delete from ${table}` : sql`update ${table} set ${identifier(column)} = null`;
    const some = sql`select ctid from ${table} where ${ended} limit ${BATCH_ROWS} for update skip locked`;
    const done = await tx.execute(sql`${what} where ctid = any(array(${some}))`);
    return done.rowCount ?? 0;
  }
  const found = await tx
    .select({ ...getTableColumns(entry.table), ctid: sql<string>`ctid::text` })
    .from(entry.table)
    .where(ended)
    .limit(BATCH_ROWS)
    .for('update', { skipLocked: true });
  if (found.length === 0) return 0;
  await keepApart(
    tx,
    store,
    entry,
    found.map(({ ctid: _, ...row }) => row as Row),
  );
  const places = sql.param(found.map(({ ctid }) => ctid as string));
  const done = await tx.execute(sql`delete from ${table} where ctid = any(${places}::tid[])`);
  return done.rowCount ?? 0;
}

/** Keys do not lie in the database: their entry follows them. The rows that they opened have had theirs. */
async function sweepKeys(store: Store, now: number): Promise<number> {
  const keys = await store.keys.expire(now);
  if (keys === 0) return 0;
  await store.record.act((_tx, enter) =>
    enter({ kind: 'retention', role: 'system', about: null, content: { keys } }),
  );
  return keys;
}
