/**
 * Which rows a legal hold keeps: those of the tables that it names which name its person or account, of its time where the
 * table says of when a row is, and those that such rows refer to. A condition in SQL that sweep and erasure add to theirs; follows from the map, names no table of a
 * domain. Whoever reads it holds the lock that `lockToChange` waits for, so that no row goes after a hold was placed.
 */
import { type SQL, sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { momentOf, namesOf, quoted, type SubjectName, sqlName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { SUBJECTS } from '../map/words.ts';
import { prepare, run } from '../prepared.ts';
import { concerns } from '../rights/select.ts';
import type { Tx } from '../store.ts';
import { together } from '../together.ts';
import { legalHold } from './schema.ts';

/** Name of the advisory lock: "hold" as a number. */
const LOCK = 0x686f6c64;

/** Tables that a hold names now; always also those of holds themselves where there are any. */
export type HeldTables = ReadonlySet<string>;

const HOLDS = 'legal_hold';

/** Until the end of the transaction, no hold is placed or ended. Answers what is held now. */
export async function readHeldTables(tx: Tx, map: readonly MapEntry[]): Promise<HeldTables> {
  if (!map.some(({ table }) => table === legalHold)) return new Set();
  const [, rows] = await together(run(tx, LOCK_SHARED), run<{ name: string }>(tx, TABLES_HELD));
  return rows.length === 0 ? new Set() : new Set([...rows.map(({ name }) => name), HOLDS]);
}

const LOCK_SHARED = prepare(sql`select pg_advisory_xact_lock_shared(${sql.raw(String(LOCK))})`);
const TABLES_HELD = prepare(
  sql`select distinct unnest(tables) as name from legal_hold where ended_at is null`,
);

/** Waits for those who destroy; what they do afterwards sees the hold that this transaction places or ends. */
export async function lockToChange(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
}

/** Which of the subjects a hold names now. */
export async function heldSubjects(tx: Tx, subjects: readonly SubjectName[]): Promise<ReadonlySet<string>> {
  const ids = sql`${sql.param(subjects.map(({ id }) => id))}::uuid[]`;
  const { rows } = await tx.execute<{ id: string }>(sql`
    select replace(coalesce(person_id, account_id)::text, '-', '') as id from legal_hold
    where ended_at is null and (person_id = any(${ids}) or account_id = any(${ids}))`);
  return new Set(rows.map(({ id }) => id));
}

/** Whether a hold names one of the subjects; `held`: what is held now. */
export const isAnyHeld = async (
  tx: Tx,
  held: HeldTables,
  subjects: readonly SubjectName[],
): Promise<boolean> => held.size > 0 && (await heldSubjects(tx, subjects)).size > 0;

/**
 * Ends the holds that a copy of the database still has of people who are erased by now, as the ledger knows, without
 * anything being kept of them: these holds ended since.
 */
export async function endStaleHolds(
  tx: Tx,
  map: readonly MapEntry[],
  gone: readonly SubjectName[],
  now: number,
): Promise<void> {
  if (gone.length === 0 || !map.some(({ table }) => table === legalHold)) return;
  const ids = sql`${sql.param(gone.map(({ id }) => id))}::uuid[]`;
  await tx.execute(sql`
    update legal_hold set ended_at = ${new Date(now).toISOString()}::timestamptz
    where ended_at is null and (person_id = any(${ids}) or account_id = any(${ids}))`);
}

/** The tables with rows that name one of the subjects and are kept. */
export async function heldOf(
  tx: Tx,
  map: readonly MapEntry[],
  held: HeldTables,
  subjects: readonly SubjectName[],
): Promise<string[]> {
  if (held.size === 0) return [];
  const parts = map.flatMap((entry) => {
    const [kept, theirs] = [isHeld(map, held, entry), concerns(entry, subjects)];
    if (kept === null || theirs === null) return [];
    const table = sql.raw(quoted(entry.name));
    return [
      sql`select ${entry.name} as name where exists (select 1 from ${table} where ${theirs} and ${kept})`,
    ];
  });
  if (parts.length === 0) return [];
  const { rows } = await tx.execute<{ name: string }>(sql.join(parts, sql` union all `));
  return rows.map(({ name }) => name).sort();
}

/** The condition that a row of the table is kept; null where none can be. */
export function isHeld(map: readonly MapEntry[], held: HeldTables, entry: MapEntry): SQL | null {
  return held.size === 0 ? null : keeping(map, held, entry, quoted(entry.name), []);
}

function keeping(
  map: readonly MapEntry[],
  held: HeldTables,
  entry: MapEntry,
  alias: string,
  path: readonly MapEntry[],
): SQL | null {
  const parts: SQL[] = [];
  const own = named(held, entry, alias);
  if (own !== null) parts.push(own);
  for (const child of map) {
    if (child === entry || path.includes(child)) continue;
    for (const { reference } of getTableConfig(child.table).foreignKeys) {
      const { columns, foreignColumns, foreignTable } = reference();
      if (foreignTable !== entry.table) continue;
      const as = `${quoted(`${child.name} ${path.length + 1}`)}`;
      const below = keeping(map, held, child, as, [...path, entry]);
      if (below === null) continue;
      const refers = columns.map(({ name }, at) => {
        const foreign = quoted((foreignColumns[at] as { name: string }).name);
        return sql`${sql.raw(as)}.${sql.raw(quoted(name))} = ${sql.raw(alias)}.${sql.raw(foreign)}`;
      });
      const from = sql`${sql.raw(quoted(child.name))} ${sql.raw(as)}`;
      parts.push(sql`exists (select 1 from ${from} where ${sql.join(refers, sql` and `)} and ${below})`);
    }
  }
  return parts.length === 0 ? null : sql`(${sql.join(parts, sql` or `)})`;
}

/** That a hold names the table, and somebody whom the row names. */
function named(held: HeldTables, entry: MapEntry, alias: string): SQL | null {
  if (!held.has(entry.name)) return null;
  // A hold that has not ended keeps its own row, which says whom it is about.
  if (entry.table === legalHold) return sql`${sql.raw(alias)}.ended_at is null`;
  const column = (key: string): SQL => sql`${sql.raw(alias)}.${sql.raw(quoted(sqlName(entry, key)))}`;
  const names = SUBJECTS.flatMap((kind) =>
    namesOf(entry, kind).map((key) => sql`hold.${sql.raw(`${kind}_id`)} = ${column(key)}`),
  );
  if (entry.subject.kind === 'several')
    names.push(sql`hold.person_id = any(${column(entry.subject.column)})`);
  if (names.length === 0) return null;
  const moment = momentOf(entry);
  const ofTime =
    moment === null
      ? sql`true`
      : sql`(hold.since is null or ${column(moment)} >= hold.since) and (hold.before is null or ${column(moment)} < hold.before)`;
  return sql`exists (select 1 from legal_hold hold where hold.ended_at is null
    and ${entry.name} = any(hold.tables) and ${ofTime} and (${sql.join(names, sql` or `)}))`;
}
