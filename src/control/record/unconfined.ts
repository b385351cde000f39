/** A gateway that serves although walls are missing stands in the record before it is told of any key. */
import { and, eq, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Wall } from '../../link/words.ts';
import { recordEntry } from '../../store/ledger/schema.ts';
import type { RecordKeeper } from '../../store/store.ts';

/** Once for each gateway's process, also when its link breaks or control starts anew. */
export async function recordUnconfined(
  record: RecordKeeper,
  session: Id,
  missing: readonly Wall[],
): Promise<void> {
  await record.act(async (tx, enter) => {
    const same = sql`${recordEntry.open}::jsonb -> 'content' ->> 'gateway' = ${session}`;
    const [known] = await tx
      .select({ id: recordEntry.id })
      .from(recordEntry)
      .where(and(eq(recordEntry.kind, 'unconfined_start'), sql`${recordEntry.open} is not null`, same))
      .limit(1);
    if (known !== undefined) return;
    const content = { gateway: session, missing };
    await enter({ kind: 'unconfined_start', role: 'operator', about: null, content });
  });
}
