/**
 * Whoever looks after a system does its task: looks whom it is about, which stands in the record first, and says what came of
 * it. Nobody does one about themselves, and two who end it at once end it once.
 */
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { demandAlive } from '../../store/erasure/demand-alive.ts';
import { Refused } from '../../store/rights/failures.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import type { Tx } from '../../store/store.ts';
import { checkInput } from '../input.ts';
import { dropIntakeKey } from '../intake.ts';
import { Problem } from '../problem.ts';
import { privacyRequest } from '../requests/schema.ts';
import { close } from './end-tasks.ts';
import { completeFromOutside, lockTasks } from './erasures.ts';
import { groundsFor } from './grounds.ts';
import { type HandedIn, keepFile, readHandedIn } from './handed-in.ts';
import { possibleOwners } from './owners.ts';
import type { OutsideParts } from './parts.ts';
import { type OutsideSystem, type OutsideTask, outsideSystem, outsideTask } from './schema.ts';
import type { Changer } from './systems.ts';
import { isHeld } from './tidy.ts';
import { wakeRequest } from './wake-request.ts';
import { taskWho, type Who } from './who.ts';

export interface FoundTask {
  readonly task: OutsideTask;
  readonly system: OutsideSystem;
}

export const noSuchTask = (): Problem => new Problem(404, 'no_such_task', 'There is no such task.');

/** Throws `Problem` 404. */
export async function taskById({ store }: OutsideParts, id: string): Promise<FoundTask> {
  const [found] = isId(id)
    ? await store.db
        .select({ task: outsideTask, system: outsideSystem })
        .from(outsideTask)
        .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
        .where(eq(outsideTask.id, id))
    : [];
  if (found === undefined) throw noSuchTask();
  return found;
}

/**
 * Whose the task is: of who looks after the system; where that is nobody, or it is about them, of whoever decides about
 * requests. `owners`: those who may look after a system now.
 */
export function isTheirs(
  { task, system }: FoundTask,
  by: Changer,
  owners: { has(id: Id): boolean },
): boolean {
  if (task.person === by.person) return false;
  const owner =
    system.owner !== null && owners.has(system.owner) && system.owner !== task.person ? system.owner : null;
  return owner === null ? by.role === 'privacy' : owner === by.person;
}

export const notYours = (): Problem =>
  new Problem(
    403,
    'not_yours',
    'This task is somebody else’s. Who looks after the system is said in the register.',
  );

async function demandTheirs(parts: OutsideParts, id: string, by: Changer): Promise<FoundTask> {
  const found = await taskById(parts, id);
  if (!isTheirs(found, by, await possibleOwners(parts))) throw notYours();
  return found;
}

const over = (): Problem => new Problem(409, 'not_now', 'This task is over. Look at it again.');

/** Whom to look for. Throws `Problem` 403, 404 and 409 (`not_now`). */
export async function lookAtTask(parts: OutsideParts, id: string, by: Changer): Promise<Who> {
  const { store } = parts;
  const { task, system } = await demandTheirs(parts, id, by);
  const sealed = await store.record.act(async (tx, enter) => {
    const [now] = await tx.select().from(outsideTask).where(eq(outsideTask.id, task.id)).for('update');
    if (now?.state !== 'open' || now.who === null) throw over();
    const lookedAt = new Date(store.now());
    await tx.update(outsideTask).set({ lookedAt }).where(eq(outsideTask.id, now.id));
    await enter({
      kind: 'staff_read',
      role: by.role,
      about: now.person === null ? null : { kind: 'person', id: now.person },
      content: {
        ...(now.person !== null && { actor: by.person, reason: `To look for you in “${system.name}”` }),
        purpose: 'rights',
        table: 'outside_task',
        row: now.id,
      },
    });
    return now.who;
  });
  const who = taskWho.open(store.vault, task.id, sealed);
  if (who === null) throw over();
  return who;
}

const outcomeInput = z.strictObject({
  outcome: z.enum(['done', 'nothing_found', 'cannot'], 'choose one'),
  ground: z.string().max(100).default(''),
});
const LABELS = { outcome: 'What came of it', ground: 'Ground' };

/** Throws `Problem` 400, 403, 404, 409 (`not_now`, `not_looked_at`, `held`, `erased`) and 413. */
export async function finishTask(
  parts: OutsideParts,
  id: string,
  by: Changer,
  form: unknown,
  bytes: Uint8Array | null,
): Promise<void> {
  const { store } = parts;
  const found = await demandTheirs(parts, id, by);
  const { outcome, ground: asked } = checkInput(form, outcomeInput, LABELS);
  const file = outcome === 'done' && found.task.what === 'hand_in' ? readHandedIn(bytes) : null;
  const ground = outcome === 'cannot' ? await demandGround(parts, found.task, asked) : null;
  await store.record.act(async (tx, enter) => {
    const task = await lockTask(parts, tx, found.task, file);
    if (outcome === 'done' && task.what === 'erase' && (await isHeld(tx, task))) throw held();
    if (file !== null) await keepFile(store, tx, task, file);
    await close(store, tx, enter, task, outcome, { ...by, ground });
    if (task.erasure !== null) await completeFromOutside(tx, enter, task.erasure);
    if (task.request !== null) await wakeRequest(store, tx, task.request);
  });
  await dropIntakeKey(store.keys, found.task.id);
  void parts.wake();
}

const held = (): Problem =>
  new Problem(
    409,
    'held',
    'A legal hold is on this person: nothing of theirs is erased before it ends, here or outside. The task waits for that.',
  );

async function demandGround(parts: OutsideParts, task: OutsideTask, asked: string): Promise<string> {
  const known = (await groundsFor(parts, task)).find(({ code }) => code === asked);
  if (known === undefined)
    throw new Problem(
      400,
      'invalid_input',
      'Ground: name the one that it cannot be done for, out of the list.',
    );
  return known.code;
}

/** Person, request, tasks: in the order in which everything else locks them. */
async function lockTask(
  { store }: OutsideParts,
  tx: Tx,
  { id, person, request, erasure }: OutsideTask,
  file: HandedIn | null,
): Promise<OutsideTask> {
  if (person !== null) await lockAlone(tx, { kind: 'person', id: person });
  if (person !== null && file !== null) await demandThere(tx, store, person);
  if (request !== null)
    await tx
      .select({ id: privacyRequest.id })
      .from(privacyRequest)
      .where(eq(privacyRequest.id, request))
      .for('update');
  if (erasure !== null) await lockTasks(tx, erasure);
  const its = and(eq(outsideTask.id, id), eq(outsideTask.state, 'open'));
  const [task] = await tx.select().from(outsideTask).where(its).for('update');
  if (task === undefined) throw over();
  if (task.lookedAt === null)
    throw new Problem(
      409,
      'not_looked_at',
      'Look first whom it is about: open it, then say what came of it.',
    );
  return task;
}

async function demandThere(tx: Tx, store: OutsideParts['store'], id: Id): Promise<void> {
  try {
    await demandAlive(tx, store, { kind: 'person', id });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Problem(409, 'erased', 'This person is erased, or is being erased.');
  }
}
