/**
 * The retention sweep: what has ended goes, in small batches that lock only what they delete. Follows from the map
 * alone: a row, or a column with an end of its own, whose days are over.
 */
import { sql } from 'drizzle-orm';
import { quoted, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { Store } from '../store.ts';

/** Rows that one transaction deletes. */
const BATCH_ROWS = 500;
/** Our clock and the database's may differ by this; beyond it one of them is wrong, and nothing is deleted. */
const CLOCK_MS_MAX = 5 * 60_000;
/** Name of the advisory lock of the one who sweeps: "swep" as a number. */
const LOCK = 0x73776570;
const DAY_MS = 86_400_000;

/** The clocks disagree: what has ended cannot be told. */
export class ClockDisagrees extends Error {
  override readonly name = 'ClockDisagrees';
}

export interface Swept {
  /** Rows deleted (or emptied of an ended column) by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Data keys and look-ups whose end had come. */
  readonly keys: number;
}

/**
 * Sweeps every table of the map once; null when another process is at it. Throws `ClockDisagrees`, or what the database
 * throws: then what was deleted stays deleted, and the next sweep goes on.
 */
export async function sweep(store: Store, signal?: AbortSignal): Promise<Swept | null> {
  return store.db.transaction(async (lock) => {
    const got = await lock.execute<{ mine: boolean; now: Date }>(
      sql`select pg_try_advisory_xact_lock(${LOCK}) as mine, clock_timestamp() as now`,
    );
    if (got.rows[0]?.mine !== true) return null;
    const now = store.now();
    if (Math.abs(new Date(got.rows[0].now).getTime() - now) > CLOCK_MS_MAX) {
      throw new ClockDisagrees('our clock and the database’s disagree');
    }
    const rows: Record<string, number> = {};
    for (const entry of store.map) {
      const count = await sweepTable(store, entry, now, signal);
      if (count > 0) rows[entry.name] = count;
    }
    const keys = signal?.aborted ? 0 : await store.keys.expire(now);
    if (keys > 0 || Object.keys(rows).length > 0) {
      await store.record.act((_tx, enter) =>
        enter({ kind: 'retention', role: 'system', about: null, content: { rows, keys } }),
      );
    }
    return { rows, keys };
  });
}

async function sweepTable(
  store: Store,
  entry: MapEntry,
  now: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const table = sql.raw(quoted(entry.name));
  let count = 0;
  for (const { statement, ended } of endings(entry, now)) {
    for (let batch = BATCH_ROWS; batch === BATCH_ROWS && !signal?.aborted; count += batch) {
      const some = sql`select ctid from ${table} where ${ended} limit ${BATCH_ROWS} for update skip locked`;
      const done = await store.db.execute(sql`${statement} where ctid = any(array(${some}))`);
      batch = done.rowCount ?? 0;
    }
  }
  return count;
}

/** What is done to rows that have ended, and which those are. */
function endings(entry: MapEntry, now: number) {
  const table = sql.raw(quoted(entry.name));
  const found = [];
  if (entry.retention.kind === 'days after') {
    found.push({ statement: sql`delete from ${table}`, ended: endedBefore(entry, entry.retention, now) });
  }
  for (const [key, { facts }] of Object.entries(entry.columns)) {
    if (!('retention' in facts) || facts.retention?.kind !== 'days after') continue;
    const column = sql.raw(quoted(sqlName(entry, key)));
    found.push({
      statement: sql`update ${table} set ${column} = null`,
      ended: sql`${column} is not null and ${endedBefore(entry, facts.retention, now)}`,
    });
  }
  return found;
}

function endedBefore(
  entry: MapEntry,
  { days, event, or }: { readonly days: number; readonly event: string; readonly or?: string },
  now: number,
) {
  const column = (key: string) => sql.raw(quoted(sqlName(entry, key)));
  const at = new Date(now - days * DAY_MS).toISOString();
  const first = sql`${column(event)} <= ${at}::timestamptz`;
  if (or === undefined) return first;
  // Two conditions instead of a coalesce, so that an index on the first column serves.
  return sql`(${first} or (${column(event)} is null and ${column(or)} <= ${at}::timestamptz))`;
}
