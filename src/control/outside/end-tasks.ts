/** Ends tasks that nobody does: what they were for is over, or whom they are about can be found no more. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Store, Tx } from '../../store/store.ts';
import { dropIntakeKey } from '../intake.ts';
import { type Enter, enterTask } from './open-tasks.ts';
import { type OutsideTask, outsideTask } from './schema.ts';

type Over = Exclude<OutsideTask['state'], 'open'>;

/** A task that is open and locked. Its key dies after the commit, at the latest within the hour. */
export async function close(
  { now }: Pick<Store, 'now'>,
  tx: Tx,
  enter: Enter,
  task: OutsideTask,
  state: Over,
  by: { readonly role: string; readonly person: Id | null; readonly ground?: string | null },
): Promise<void> {
  const { ground = null } = by;
  const set = { state, ground, closedAt: new Date(now()), doneBy: by.person, who: null };
  await tx.update(outsideTask).set(set).where(eq(outsideTask.id, task.id));
  await enterTask(enter, { ...task, ground }, state, by.role, by.person);
}

const BY_SYSTEM = { role: 'system', person: null } as const;

/** Those of a request that is over: withdrawn, or its person erased. */
export async function endTasksOf(
  store: Pick<Store, 'now'>,
  tx: Tx,
  enter: Enter,
  request: Id,
): Promise<void> {
  const open = await tx
    .select()
    .from(outsideTask)
    .where(and(eq(outsideTask.request, request), eq(outsideTask.state, 'open')))
    .for('update');
  for (const task of open) await close(store, tx, enter, task, 'ended', BY_SYSTEM);
}

export async function endTask(store: Store, id: Id): Promise<void> {
  await store.record.act(async (tx, enter) => {
    const its = and(eq(outsideTask.id, id), eq(outsideTask.state, 'open'));
    const [task] = await tx.select().from(outsideTask).where(its).for('update');
    if (task !== undefined) await close(store, tx, enter, task, 'ended', BY_SYSTEM);
  });
  await dropIntakeKey(store.keys, id);
}
