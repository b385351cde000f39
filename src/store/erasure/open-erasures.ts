/** Finds erasures that are not over. */
import { and, eq, inArray } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import type { Tx } from '../store.ts';
import { type ErasureRow, erasure } from './schema.ts';

/** Whom an erasure is about; null once it is done. */
export function refersTo(row: ErasureRow): SubjectName | null {
  if (row.person !== null) return { kind: 'person', id: row.person };
  return row.account === null ? null : { kind: 'account', id: row.account };
}

/** The subject's erasure that is scheduled, begun or held; there is one at most. */
export async function findOpen(tx: Tx, subject: SubjectName): Promise<ErasureRow | null> {
  const column = subject.kind === 'person' ? erasure.person : erasure.account;
  const open = inArray(erasure.state, ['scheduled', 'begun', 'held']);
  const [row] = await tx
    .select()
    .from(erasure)
    .where(and(eq(column, subject.id), open))
    .prepare(`kept open erasure of ${subject.kind}`)
    .execute();
  return row ?? null;
}
