/**
 * The entry that completes an erasure's receipt: what was still open when it was done here, with processors and in systems
 * outside, has come to its end. There is one at most.
 */
import { createHash } from 'node:crypto';
import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../database.ts';
import type { RecordEntry, Tx } from '../store.ts';
import { erasure, outbox } from './schema.ts';
import type { OutsideStanding } from './settings.ts';

/** What came of an erasure with a processor. `nothing`: it held nothing. */
export interface ProcessorStanding {
  readonly processor: string;
  readonly state: 'nothing' | 'open' | 'done';
}

export const completedEntry = (erasureId: string): string =>
  createHash('sha256').update(`erasure completed\n${erasureId}`).digest('hex').slice(0, 32);

/** With those that had to be told, by name. */
export async function processorsOf(db: Db | Tx, erasureId: string): Promise<ProcessorStanding[]> {
  const rows = await db
    .select({ processor: outbox.processor, doneAt: outbox.doneAt })
    .from(outbox)
    .where(eq(outbox.erasure, erasureId))
    .orderBy(asc(outbox.processor));
  return [...new Set(rows.map(({ processor }) => processor))].map((processor) => ({
    processor,
    state: rows.some((row) => row.processor === processor && row.doneAt === null) ? 'open' : 'done',
  }));
}

/**
 * Enters it where nothing is open any more. The caller has locked the tasks outside, then this
 * (`lockCompletion`), and has ended one; `outside`: how they stand.
 */
export async function completeErasure(
  tx: Tx,
  enter: (entry: RecordEntry) => Promise<string>,
  erasureId: string,
  outside: readonly OutsideStanding[],
): Promise<void> {
  const [row] = await tx.select().from(erasure).where(eq(erasure.id, erasureId));
  // While it is not done, its own entry will say how they stand.
  if (row === undefined || row.state !== 'done') return;
  const processors = await processorsOf(tx, erasureId);
  if ([...outside, ...processors].some(({ state }) => state === 'open')) return;
  await enter({
    id: completedEntry(erasureId),
    kind: 'erasure_completed',
    role: 'system',
    about: null,
    content: {
      erasure: erasureId,
      ...(processors.length > 0 && { processors }),
      ...(outside.length > 0 && { outside }),
    },
  });
}

/** Until the transaction ends: two who end tasks of one erasure at once wait for each other. */
export const lockCompletion = (tx: Tx, erasureId: string) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`erasure completed ${erasureId}`}, 0))`);
