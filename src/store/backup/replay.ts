/**
 * What was erased stays erased: takes out of a restored database everybody whom the erasure ledger names, inside the
 * transaction that loads it. By the data map alone; what the law keeps goes apart first.
 */
import { getTableColumns, inArray } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Db } from '../database.ts';
import { inOrderOfDeletion, namesOf, type Row, type SubjectName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { SubjectKind } from '../map/words.ts';
import type { Tx } from '../store.ts';
import { BackupError } from './errors.ts';

const BATCH_SUBJECTS = 1000;

export interface ReplayOptions {
  readonly map: readonly MapEntry[];
  /** Puts apart what the law keeps of these rows (`src/store/retention`). Without it, such rows refuse the restore. */
  readonly moveApart?: (tx: Tx, entry: MapEntry, rows: readonly Row[]) => Promise<void>;
}

/** Throws `law_rows`. Idempotent: who is gone is passed over. */
export async function replayErasures(
  client: pg.Client,
  erased: readonly SubjectName[],
  options: ReplayOptions,
): Promise<void> {
  const db = drizzle(client);
  for (const kind of ['person', 'account'] as const) {
    const ids = erased.filter((subject) => subject.kind === kind).map((subject) => subject.id);
    for (let first = 0; first < ids.length; first += BATCH_SUBJECTS)
      await eraseRows(db, kind, ids.slice(first, first + BATCH_SUBJECTS), options);
  }
}

async function eraseRows(
  db: Db,
  kind: SubjectKind,
  ids: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  for (const entry of inOrderOfDeletion(options.map)) {
    for (const key of namesOf(entry, kind)) {
      const facts = entry.columns[key]?.facts;
      const named = inArray(getTableColumns(entry.table)[key] as PgColumn, [...ids]);
      // A link alone is cut; a row that is theirs goes, whatever its column says.
      const isLink = facts?.class !== 'none' && facts?.erase === 'sever link';
      if (isLink && !isTheirs(entry, kind, key)) {
        await db
          .update(entry.table)
          .set({ [key]: null })
          .where(named);
        continue;
      }
      if (entry.law !== null)
        await putApart(db, entry, await db.select().from(entry.table).where(named), options);
      if (isLink)
        await db
          .update(entry.table)
          .set({ [key]: null })
          .where(named);
      else await db.delete(entry.table).where(named);
    }
  }
}

/** Whether the column says whose the row is. */
const isTheirs = ({ subject }: MapEntry, kind: SubjectKind, key: string): boolean =>
  (subject.kind === 'self' || subject.kind === 'direct') && subject.of === kind && subject.column === key;

async function putApart(
  db: Db,
  entry: MapEntry,
  rows: readonly Row[],
  { moveApart }: ReplayOptions,
): Promise<void> {
  if (rows.length === 0) return;
  if (moveApart === undefined)
    throw new BackupError('law_rows', 'The backup holds rows of erased people that a law keeps.');
  await moveApart(db as unknown as Tx, entry, rows);
}
