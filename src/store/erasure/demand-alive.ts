/** Whether something may still be done for a subject: nobody who is erased, or is being erased, gets a new row. */

import type { SubjectName } from '../map/rows.ts';
import { Refused } from '../rights/failures.ts';
import type { Store, Tx } from '../store.ts';
import { findOpen } from './open-erasures.ts';

/** Throws `Refused` (`erased`); the caller holds the subject's lock. */
export async function demandAlive(
  tx: Tx,
  { keys }: Pick<Store, 'keys'>,
  subject: SubjectName,
): Promise<void> {
  const state = keys.has(subject.kind, subject.id) ? (await findOpen(tx, subject))?.state : 'done';
  if (state === undefined || state === 'scheduled') return;
  throw new Refused('erased', `this ${subject.kind} is erased, or is being erased`);
}
