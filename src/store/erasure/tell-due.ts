/**
 * Tells people, for the last time, that their erasure begins within the hour: each once, in the transaction that writes
 * down that they were told. What was due before anybody could be told is erased all the same.
 */
import { and, eq, gt, isNotNull, isNull, lte } from 'drizzle-orm';
import { erasure } from './schema.ts';
import type { ErasureSettings } from './settings.ts';

const TELL_BEFORE_MS = 60 * 60_000;

/**
 * Answers how many were told. `now`: a time that is believed, milliseconds since 1970. One that fails keeps no other
 * from being told; it throws at the end, and is tried again in the next round.
 */
export async function tellDue(settings: ErasureSettings, now: number, signal?: AbortSignal): Promise<number> {
  const soon = await settings.store.db
    .select({ id: erasure.id })
    .from(erasure)
    .where(
      and(
        eq(erasure.state, 'scheduled'),
        isNotNull(erasure.person),
        isNull(erasure.toldAt),
        gt(erasure.dueAt, new Date(now)),
        lte(erasure.dueAt, new Date(now + TELL_BEFORE_MS)),
      ),
    )
    .orderBy(erasure.dueAt);
  const faults: unknown[] = [];
  let told = 0;
  for (const { id } of soon) {
    if (signal?.aborted) break;
    try {
      if (await tellOne(settings, id, now)) told += 1;
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return told;
}

/** False: it was taken back meanwhile, or told by somebody else. */
const tellOne = ({ store, tell }: ErasureSettings, id: string, now: number): Promise<boolean> =>
  store.db.transaction(async (tx) => {
    const [mine] = await tx
      .update(erasure)
      .set({ toldAt: new Date(now) })
      .where(and(eq(erasure.id, id), eq(erasure.state, 'scheduled'), isNull(erasure.toldAt)))
      .returning({ person: erasure.person, dueAt: erasure.dueAt });
    if (mine?.person == null) return false;
    await tell?.(tx, 'due', mine.person, mine.dueAt.getTime());
    return true;
  });
