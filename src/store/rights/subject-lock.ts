/**
 * Who may touch a subject's data: whoever reads all of it (export) holds the lock shared, erasure holds it alone. Held
 * until the end of the transaction; never waited for while reading, since a snapshot taken before the wait would show
 * rows whose key is gone.
 */
import { sql } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import { prepare, run } from '../prepared.ts';
import type { Tx } from '../store.ts';

const nameOf = (subject: SubjectName): string => `subject:${subject.id}`;

/** Takes the lock shared, or answers false at once when somebody holds it alone. */
export async function tryLockShared(tx: Tx, subject: SubjectName): Promise<boolean> {
  const { rows } = await tx.execute<{ got: boolean }>(
    sql`select pg_try_advisory_xact_lock_shared(hashtext(${nameOf(subject)})) as got`,
  );
  return rows[0]?.got === true;
}

/** Takes the locks alone, in the order of the ids; waits for those who read. */
export async function lockAlone(tx: Tx, ...subjects: readonly SubjectName[]): Promise<void> {
  if (subjects.length > 0) await run(tx, LOCK, { names: subjects.map(nameOf).sort() });
}

const LOCK = prepare(
  sql`select pg_advisory_xact_lock(hashtext(name)) from unnest(${sql.placeholder('names')}::text[]) name`,
);
