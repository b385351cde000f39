/** Copies of keys that lie where the operator wanted them: that they end in time, nobody here can see. */
import { and, count, eq, gt } from 'drizzle-orm';
import { KEYS_AGE_DAYS_MAX } from '../../store/backup/prune.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { Store } from '../../store/store.ts';

const DAY_MS = 86_400_000;

/** How many were made within the days in which they may still be there. */
export async function attestedCopies({ db, now }: Store): Promise<number> {
  const since = new Date(now() - KEYS_AGE_DAYS_MAX * DAY_MS);
  const made = and(
    eq(recordEntry.kind, 'backup'),
    eq(recordEntry.role, 'operator'),
    gt(recordEntry.at, since),
  );
  const [found] = await db.select({ copies: count() }).from(recordEntry).where(made);
  return found?.copies ?? 0;
}
