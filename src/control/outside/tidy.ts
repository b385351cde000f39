/** What happens to tasks by time: whoever can be found goes on being found; of an erased person it ends; keys of what is over die. */
import { and, eq, gt, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import { erasure } from '../../store/erasure/schema.ts';
import { heldSubjects } from '../../store/retention/held-rows.ts';
import type { Store, Tx } from '../../store/store.ts';
import { dropIntakeKey } from '../intake.ts';
import { close } from './end-tasks.ts';
import { completeFromOutside, lockTasks } from './erasures.ts';
import { KEY_DAYS, sealWho } from './open-tasks.ts';
import { type OutsideTask, outsideTask } from './schema.ts';
import { wakeRequest } from './wake-request.ts';
import { knownPerson } from './who.ts';

const DAY_MS = 86_400_000;
/** A task whose person is there, or is held, is kept alive when less than so much is left. */
const NEAR_MS = 7 * DAY_MS;
/** What waits for the end of a hold is due so long after it at the earliest. */
const AFTER_HOLD_MS = 5 * DAY_MS;

/** Whether a legal hold keeps what the task is about: then nothing is erased outside either. */
export async function isHeld(tx: Tx, { person, erasure: cause }: OutsideTask): Promise<boolean> {
  if (person !== null && (await heldSubjects(tx, [{ kind: 'person', id: person }])).size > 0) return true;
  if (cause === null) return false;
  const [row] = await tx.select({ state: erasure.state }).from(erasure).where(eq(erasure.id, cause));
  return row?.state === 'held';
}

/** `believed`: a time, ms since 1970. Answers how many ended undone. */
export async function tidyTasks(store: Store, believed: number): Promise<number> {
  await sealAnew(store, believed);
  await keepAlive(store, believed);
  await dropKeys(store, believed);
  return endRunOut(store, believed);
}

/** A restore brings tasks back without their keys, which are in no backup: whoever is there is named anew. */
async function sealAnew(store: Store, now: number): Promise<void> {
  const open = await store.db
    .select({ id: outsideTask.id, person: outsideTask.person })
    .from(outsideTask)
    .where(and(eq(outsideTask.state, 'open'), isNotNull(outsideTask.person)));
  for (const { id, person } of open) {
    if (person === null || store.keys.has('intake', id)) continue;
    const known = await knownPerson(store, store.db, person);
    if (known === null) continue;
    const until = now + KEY_DAYS * DAY_MS;
    const who = await sealWho(store, id, known.who, until);
    await store.db
      .update(outsideTask)
      .set({ who, until: new Date(until) })
      .where(and(eq(outsideTask.id, id), eq(outsideTask.state, 'open')));
  }
}

async function keepAlive(store: Store, now: number): Promise<void> {
  const open = await store.db
    .select()
    .from(outsideTask)
    .where(
      and(
        eq(outsideTask.state, 'open'),
        or(
          lte(outsideTask.until, new Date(now + NEAR_MS)),
          and(eq(outsideTask.what, 'erase'), lte(outsideTask.dueAt, new Date(now + AFTER_HOLD_MS))),
        ),
      ),
    );
  for (const task of open) {
    const held = await store.db.transaction((tx) => isHeld(tx, task));
    if (!held && (task.person === null || task.until.getTime() > now + NEAR_MS)) continue;
    const until = new Date(Math.max(task.until.getTime(), now + KEY_DAYS * DAY_MS));
    await store.keys.setUntil('intake', task.id, until.getTime());
    const dueAt = held ? new Date(Math.max(task.dueAt.getTime(), now + AFTER_HOLD_MS)) : task.dueAt;
    await store.db
      .update(outsideTask)
      .set({ until, dueAt })
      .where(and(eq(outsideTask.id, task.id), eq(outsideTask.state, 'open')));
  }
}

/** Of tasks that are over, where a kill came in between, or a request ended. */
async function dropKeys({ db, keys }: Store, now: number): Promise<void> {
  const rows = await db
    .select({ id: outsideTask.id })
    .from(outsideTask)
    .where(and(ne(outsideTask.state, 'open'), gt(outsideTask.until, new Date(now))));
  for (const { id } of rows) await dropIntakeKey(keys, id);
}

/** Whom they are about is erased, here too, and can be named no more: nobody can do them any more. */
async function endRunOut(store: Store, now: number): Promise<number> {
  const erased = await store.db
    .select()
    .from(outsideTask)
    .where(and(eq(outsideTask.state, 'open'), isNull(outsideTask.person)));
  const late = erased.filter(({ id, until }) => until.getTime() <= now || !store.keys.has('intake', id));
  for (const { id, erasure: cause, request } of late) {
    await store.record.act(async (tx, enter) => {
      if (cause !== null) await lockTasks(tx, cause);
      const its = and(eq(outsideTask.id, id), eq(outsideTask.state, 'open'));
      const [task] = await tx.select().from(outsideTask).where(its).for('update');
      if (task === undefined || (await isHeld(tx, task))) return;
      await close(store, tx, enter, task, 'run_out', { role: 'system', person: null });
      if (cause !== null) await completeFromOutside(tx, enter, cause);
      if (request !== null) await wakeRequest(store, tx, request);
    });
    await dropIntakeKey(store.keys, id);
  }
  return late.length;
}
