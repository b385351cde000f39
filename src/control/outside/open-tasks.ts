/**
 * Opens a task for each system that may hold whom a request, or an erasure, is about; once for each, however often it is
 * asked for. A system that was registered meanwhile gets its task the next time.
 */
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { RecordEntry, Store, Tx } from '../../store/store.ts';
import { dropIntakeKey } from '../intake.ts';
import type { RequestKind } from '../requests/index.ts';
import { concerns, groupsOf, taskDue, taskOf } from './rules.ts';
import { type OutsideSystem, type OutsideTask, outsideSystem, outsideTask } from './schema.ts';
import { type Known, knownPerson, taskWho, type Who } from './who.ts';

const DAY_MS = 86_400_000;
/** The key of a task outlives the day that its request is due by so long, and no longer (as that of what a stranger wrote). */
export const KEY_DAYS = 30;

export type TaskStore = Pick<Store, 'keys' | 'vault' | 'now'>;
export type Enter = (entry: RecordEntry) => Promise<string>;

export interface Wanted {
  readonly right: RequestKind;
  /** One of the two at least. */
  readonly request: Id | null;
  readonly erasure: Id | null;
  /** Null: not known, or erased. */
  readonly person: Id | null;
  /** Of somebody who is not known: their address as they named it. */
  readonly address?: string | null;
  readonly change?: Who['change'];
  /** When the request is due, or the erasure begins. */
  readonly due: Date;
}

/** Tasks of the request or of the erasure. */
export const its = ({ request, erasure }: Pick<Wanted, 'request' | 'erasure'>) =>
  request !== null ? eq(outsideTask.request, request) : eq(outsideTask.erasure, erasure as Id);

interface Missing {
  readonly systems: readonly OutsideSystem[];
  readonly who: Who;
}

/** Systems that have no task yet, and whom to look for; null: there are none, or nobody can be named. */
async function missingFor(store: TaskStore, tx: Tx | Store['db'], wanted: Wanted): Promise<Missing | null> {
  if (taskOf(wanted.right) === null) return null;
  const systems = await tx.select().from(outsideSystem).orderBy(asc(outsideSystem.id));
  if (systems.every(({ retiredAt }) => retiredAt !== null)) return null;
  const known = await whomOf(store, tx, wanted);
  if (known === null) return null;
  const groups = groupsOf({ isKnown: known.isKnown, isStaff: known.isStaff });
  const have = await tx.select({ system: outsideTask.system }).from(outsideTask).where(its(wanted));
  const missing = systems.filter(
    (each) => concerns(each, wanted.right, groups) && have.every(({ system }) => system !== each.id),
  );
  const who = { ...known.who, change: wanted.change ?? null };
  return missing.length === 0 ? null : { systems: missing, who };
}

type Whom = Known & { readonly isKnown: boolean };

async function whomOf(store: TaskStore, tx: Tx | Store['db'], wanted: Wanted): Promise<Whom | null> {
  if (wanted.person !== null) {
    const known = await knownPerson(store, tx, wanted.person);
    return known === null ? null : { ...known, isKnown: true };
  }
  if (wanted.address != null)
    return { who: { name: null, address: wanted.address, change: null }, isStaff: false, isKnown: false };
  const who = await whoOfSibling(store, tx, wanted);
  return who === null ? null : { who, isStaff: false, isKnown: true };
}

/** Of somebody who is erased by now: as another task of the same, which is still open, has it. */
async function whoOfSibling({ vault }: TaskStore, tx: Tx | Store['db'], wanted: Wanted): Promise<Who | null> {
  const rows = await tx
    .select()
    .from(outsideTask)
    .where(and(its(wanted), isNotNull(outsideTask.who)));
  for (const { id, who } of rows) {
    const opened = who === null ? null : taskWho.open(vault, id, who);
    if (opened !== null) return opened;
  }
  return null;
}

/** Whether `openTasks` would open any. */
export async function areMissing(store: TaskStore & Pick<Store, 'db'>, wanted: Wanted): Promise<boolean> {
  if ((await missingFor(store, store.db, wanted)) !== null) return true;
  const adoptable = adoptableBy(wanted);
  if (adoptable === null) return false;
  return (
    (await store.db.select({ id: outsideTask.id }).from(outsideTask).where(adoptable).limit(1)).length > 0
  );
}

/** Tasks of an erasure that its person began themselves, and asked for as well. */
const adoptableBy = ({ request, erasure }: Wanted) =>
  request === null || erasure === null
    ? null
    : and(eq(outsideTask.erasure, erasure), isNull(outsideTask.request));

/** In one transaction with their entries; answers how many. Keys of tasks that are not committed die by their time. */
export async function openTasks(store: TaskStore, tx: Tx, enter: Enter, wanted: Wanted): Promise<number> {
  const adoptable = adoptableBy(wanted);
  if (adoptable !== null) await tx.update(outsideTask).set({ request: wanted.request }).where(adoptable);
  const missing = await missingFor(store, tx, wanted);
  if (missing === null) return 0;
  let opened = 0;
  for (const system of missing.systems)
    if (await openOne(store, tx, enter, wanted, system, missing.who)) opened++;
  return opened;
}

async function openOne(
  store: TaskStore,
  tx: Tx,
  enter: Enter,
  wanted: Wanted,
  system: OutsideSystem,
  who: Who,
): Promise<boolean> {
  const now = store.now();
  const id = newId();
  const until = Math.max(wanted.due.getTime(), now) + KEY_DAYS * DAY_MS;
  const row: OutsideTask = {
    id,
    system: system.id,
    request: wanted.request,
    erasure: wanted.erasure,
    person: wanted.person,
    what: taskOf(wanted.right) as OutsideTask['what'],
    state: 'open',
    ground: null,
    openedAt: new Date(now),
    dueAt: taskDue(wanted.due, now),
    until: new Date(until),
    lookedAt: null,
    closedAt: null,
    doneBy: null,
    who: await sealWho(store, id, who, until),
  };
  const made = await tx
    .insert(outsideTask)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: outsideTask.id });
  if (made.length === 0) {
    await dropIntakeKey(store.keys, id);
    return false;
  }
  await enterTask(enter, row, 'opened', 'system');
  return true;
}

/** Under a key that no backup holds: whoever is erased meanwhile is named by none. */
export async function sealWho(store: TaskStore, id: Id, who: Who, until: number): Promise<Buffer> {
  const sealed = await taskWho.seal(store, id, who, until);
  await store.keys.setGrace([id], true);
  return sealed;
}

/** `staff`: who of the staff did it; stands in what is sealed for the person. */
export async function enterTask(
  enter: Enter,
  task: OutsideTask,
  event: 'opened' | OutsideTask['state'],
  role: string,
  staff: Id | null = null,
): Promise<void> {
  const { id, system, request, erasure, what, ground, person } = task;
  await enter({
    kind: 'outside_task',
    role,
    about: person === null ? null : { kind: 'person', id: person },
    content: {
      task: id,
      system,
      event,
      what,
      ...(request !== null && { request }),
      ...(erasure !== null && { erasure }),
      ...(ground !== null && { ground }),
      ...(staff !== null && person !== null && { staff }),
    },
  });
}
