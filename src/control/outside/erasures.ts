/**
 * Erasures and what is to be erased outside: tasks of those that no request asked for, what a receipt says of systems
 * outside, and its completion when the last task is over.
 */
import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { completeErasure, lockCompletion } from '../../store/erasure/complete.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { erasure } from '../../store/erasure/schema.ts';
import type { OutsideErasures } from '../../store/erasure/settings.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import type { Store, Tx } from '../../store/store.ts';
import { endTask } from './end-tasks.ts';
import { type Enter, openTasks, type TaskStore } from './open-tasks.ts';
import { outsideSystem, outsideTask } from './schema.ts';

const BATCH = 50;
/** Of an erasure at once, which nobody waits for: what is outside is due when a request without a law's time would be. */
const AT_ONCE_DAYS = 28;
const DAY_MS = 86_400_000;

/** What erasures are handed: called in their transactions. */
export const outsideErasures = (store: TaskStore): OutsideErasures => ({
  isUsed: async (tx) => (await tx.select({ id: outsideSystem.id }).from(outsideSystem).limit(1)).length > 0,
  begun: async (tx, enter, { id, dueAt, askedAt }, person) => {
    // Those of the request that led to it.
    await tx
      .update(outsideTask)
      .set({ erasure: id })
      .where(
        and(
          eq(outsideTask.person, person),
          eq(outsideTask.what, 'erase'),
          isNull(outsideTask.erasure),
          ne(outsideTask.state, 'ended'),
        ),
      );
    const isAtOnce = dueAt.getTime() <= askedAt.getTime();
    const due = isAtOnce ? new Date(store.now() + AT_ONCE_DAYS * DAY_MS) : dueAt;
    await openTasks(store, tx, enter, { right: 'delete', request: null, erasure: id, person, due });
  },
  standing: (tx, id) => standingOf(tx, id),
});

/** Tasks of a request are those of the erasure that carries it out. */
export async function attachErasure(db: Store['db'], request: Id, erasureId: Id): Promise<void> {
  await db
    .update(outsideTask)
    .set({ erasure: erasureId })
    .where(and(eq(outsideTask.request, request), isNull(outsideTask.erasure)));
}

/** Each system and what came of it there, by name; nobody changes it until the transaction ends. */
async function standingOf(tx: Tx, erasureId: Id) {
  const rows = await tx
    .select({ system: outsideSystem.name, state: outsideTask.state })
    .from(outsideTask)
    .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
    .where(eq(outsideTask.erasure, erasureId))
    .orderBy(asc(outsideTask.id))
    .for('update', { of: outsideTask });
  return rows.toSorted((one, other) => (one.system < other.system ? -1 : 1));
}

/** In one order, so that two who end tasks at once wait for each other and do not both believe that one is left. */
export const lockTasks = (tx: Tx, erasureId: Id) =>
  tx
    .select()
    .from(outsideTask)
    .where(eq(outsideTask.erasure, erasureId))
    .orderBy(asc(outsideTask.id))
    .for('update');

/** As `completeErasure`; the caller has locked the tasks (`lockTasks`), and ended one. */
export async function completeFromOutside(tx: Tx, enter: Enter, erasureId: Id): Promise<void> {
  const outside = await standingOf(tx, erasureId);
  await lockCompletion(tx, erasureId);
  await completeErasure(tx, enter, erasureId, outside);
}

/** Tasks of erasures that are scheduled and that no request led to: one for each system that has none yet. */
export async function openForErasures(store: Store): Promise<void> {
  const { rows } = await store.db.execute<{ id: string; person: string; due_at: string }>(sql`
    select replace(e.id::text, '-', '') as id, replace(e.person_id::text, '-', '') as person, e.due_at::text
    from erasure e join person p on p.id = e.person_id
    where e.state = 'scheduled'
      and not exists (select from privacy_request r
        where r.effect_id = e.id or (r.person_id = e.person_id and r.asked_for = 'delete' and r.state = 'carrying_out'))
      and exists (select from outside_system s where s.retired_at is null
        and (s.holds && array['customers', 'enquirers', 'newsletter'] or (p.staff_role is not null and 'staff' = any(s.holds)))
        and not exists (select from outside_task t where t.erasure_id = e.id and t.system_id = s.id))
    limit ${BATCH}`);
  for (const { id, person, due_at } of rows)
    await store.record.act(async (tx, enter) => {
      await lockAlone(tx, { kind: 'person', id: person });
      const open = await findOpen(tx, { kind: 'person', id: person });
      if (open?.id !== id || open.state !== 'scheduled') return;
      const due = new Date(due_at);
      const wanted = {
        right: 'delete',
        request: null,
        erasure: id as Id,
        person: person as Id,
        due,
      } as const;
      await openTasks(store, tx, enter, wanted);
    });
}

/** Open tasks of erasures that were taken back. */
export async function endForCancelled(store: Store): Promise<void> {
  const left = await store.db
    .select({ id: outsideTask.id })
    .from(outsideTask)
    .innerJoin(erasure, eq(erasure.id, outsideTask.erasure))
    .where(and(eq(erasure.state, 'cancelled'), eq(outsideTask.state, 'open')));
  for (const { id } of left) await endTask(store, id);
}
