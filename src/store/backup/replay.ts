/**
 * What was erased stays erased: takes out of a restored database everybody whom the erasure ledger names, inside the
 * transaction that loads it. By the same statements as erasure itself: what the law keeps goes apart, what a legal hold
 * keeps stays.
 */
import { and, inArray, or, sql } from 'drizzle-orm';
import { refersTo } from '../erasure/open-erasures.ts';
import { eraseRows, type RowErasure } from '../erasure/rows.ts';
import { erasure } from '../erasure/schema.ts';
import type { ErasureSettings } from '../erasure/settings.ts';
import type { SubjectName } from '../map/rows.ts';
import { endStaleHolds, heldSubjects, readHeldTables } from '../retention/held-rows.ts';
import { legalHold } from '../retention/schema.ts';
import type { Tx } from '../store.ts';

const BATCH_SUBJECTS = 500;

/** Idempotent: who is gone is passed over. `isHeld`: of whom a legal hold keeps something, as the ledger knows. */
export async function replayErasures(
  tx: Tx,
  settings: RowErasure,
  erased: readonly SubjectName[],
  isHeld: (subject: SubjectName) => boolean,
): Promise<void> {
  const { map, now } = settings.store;
  for (const subjects of batches(erased.filter((subject) => !isHeld(subject))))
    await endStaleHolds(tx, map, subjects, now());
  const held = await readHeldTables(tx, map);
  for (const subjects of batches(erased)) {
    while ((await eraseRows(tx, settings, subjects, held)).more);
    await letGo(tx, settings, await notHeld(tx, settings, subjects));
  }
}

/**
 * Of these subjects those whom no legal hold names: their keys are to be destroyed. The others' erasure goes on when
 * control starts, and ends with their hold.
 */
export async function notHeld(
  tx: Tx,
  { store: { map } }: { readonly store: Pick<RowErasure['store'], 'map'> },
  subjects: readonly SubjectName[],
): Promise<readonly SubjectName[]> {
  if (!map.some(({ table }) => table === legalHold)) return subjects;
  const free: SubjectName[] = [];
  for (const batch of batches(subjects)) {
    const named = await heldSubjects(tx, batch);
    free.push(...batch.filter(({ id }) => !named.has(id)));
  }
  return free;
}

/**
 * Who was in the grace before erasure when the keys were written is not among them: nothing of theirs opens any more,
 * so that their erasure is due now. With the accounts that end with them.
 */
export async function leftOut(
  tx: Tx,
  { map, keys }: Pick<RowErasure['store'], 'map' | 'keys'>,
  accountsEndingWith: ErasureSettings['accountsEndingWith'],
): Promise<readonly SubjectName[]> {
  if (!knowsErasures(map)) return [];
  const rows = await tx
    .select()
    .from(erasure)
    .where(inArray(erasure.state, ['scheduled']));
  const gone: SubjectName[] = [];
  for (const subject of rows.flatMap((row) => refersTo(row) ?? [])) {
    if (keys.has(subject.kind, subject.id)) continue;
    const accounts = subject.kind === 'person' ? await accountsEndingWith(tx, subject.id) : [];
    gone.push(subject, ...accounts.map((id): SubjectName => ({ kind: 'account', id })));
  }
  return gone;
}

const knowsErasures = (map: RowErasure['store']['map']): boolean =>
  map.some(({ table }) => table === erasure);

/** An erasure that was in its grace has begun by what the ledger says; those that were over let go of whom they were about. */
async function letGo(
  tx: Tx,
  { store: { map, now } }: RowErasure,
  subjects: readonly SubjectName[],
): Promise<void> {
  if (!knowsErasures(map) || subjects.length === 0) return;
  const ids = subjects.map(({ id }) => id);
  const theirs = or(inArray(erasure.person, ids), inArray(erasure.account, ids));
  await tx
    .update(erasure)
    .set({ state: 'begun', begunAt: new Date(now()) })
    .where(and(theirs, sql`${erasure.state} = 'scheduled'`));
  await tx
    .update(erasure)
    .set({ person: null, account: null })
    .where(and(theirs, inArray(erasure.state, ['done', 'cancelled'])));
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < all.length; first += BATCH_SUBJECTS)
    yield all.slice(first, first + BATCH_SUBJECTS);
}
