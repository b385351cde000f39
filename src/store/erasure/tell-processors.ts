/** Tells processors of erasures, again with longer and longer waits until each has answered. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { completeErasure, lockCompletion } from './complete.ts';
import { outbox } from './schema.ts';
import type { ErasureSettings, Processor } from './settings.ts';

type Task = typeof outbox.$inferSelect;

const TASKS_MAX = 20;
/** One call; after it the task is free for another try. */
const CALL_MS_MAX = 30_000;
const WAIT_MS_FIRST = 1_000;
const WAIT_MS_MAX = 3_600_000;

/** Does the tasks that are due, 20 at most; returns how many were done and how many have to be tried again. */
export async function tellProcessors(settings: ErasureSettings): Promise<{ done: number; failed: number }> {
  const { db, now } = settings.store;
  const until = new Date(now() + 2 * CALL_MS_MAX).toISOString();
  // Taken for a while before the call: no transaction is open while a processor thinks.
  const tasks = await db
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, nextAt: sql`${until}::timestamptz` })
    .where(
      sql`${outbox.id} in (select id from outbox where done_at is null and next_at <= ${new Date(now()).toISOString()}::timestamptz
        order by next_at limit ${TASKS_MAX} for update skip locked)`,
    )
    .returning();
  let done = 0;
  for (const task of tasks) {
    const processor = settings.processors.find(({ name }) => name === task.processor);
    if (
      processor !== undefined &&
      task.subject !== null &&
      (await forgot(processor, task.kind, task.subject))
    ) {
      done += 1;
      await end(settings, task);
    } else {
      const wait = Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.min(task.attempts, 20));
      await db
        .update(outbox)
        .set({ nextAt: new Date(now() + wait) })
        .where(eq(outbox.id, task.id));
    }
  }
  return { done, failed: tasks.length - done };
}

/** The task is over, and with the last one the erasure is complete. */
async function end({ store, outside }: ErasureSettings, { id, erasure }: Task): Promise<void> {
  await store.record.act(async (tx, enter) => {
    const standing = (await outside?.standing(tx, erasure)) ?? [];
    await lockCompletion(tx, erasure);
    const its = and(eq(outbox.id, id), isNull(outbox.doneAt));
    const ended = await tx
      .update(outbox)
      .set({ doneAt: new Date(store.now()), subject: null })
      .where(its)
      .returning({ id: outbox.id });
    if (ended.length > 0) await completeErasure(tx, enter, erasure, standing);
  });
}

async function forgot(processor: Processor, kind: 'person' | 'account', id: string): Promise<boolean> {
  const signal = AbortSignal.timeout(CALL_MS_MAX);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    await Promise.race([processor.forget({ kind, id }, signal), late]);
    return true;
  } catch {
    return false;
  }
}
