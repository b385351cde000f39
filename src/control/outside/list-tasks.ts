/** Tasks for those who do them, and how many there are for an alarm; counted by the database, however many. */
import { and, asc, count, eq, inArray, isNull, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { type FoundTask, isTheirs } from './do-task.ts';
import { possibleOwners } from './owners.ts';
import type { OutsideParts } from './parts.ts';
import { outsideSystem, outsideTask } from './schema.ts';
import type { Changer } from './systems.ts';
import type { TaskKind, TaskState } from './words.ts';

const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;
const LISTED_MAX = 200;

export interface ListedTask {
  readonly id: Id;
  readonly system: string;
  readonly what: TaskKind;
  readonly state: TaskState;
  /** ISO 8601. */
  readonly dueAt: string;
  readonly urgency: 'late' | 'soon' | null;
}

export const listedTask = ({ task, system }: FoundTask, now: number): ListedTask => {
  const left = task.dueAt.getTime() - now;
  const urgency = task.state !== 'open' ? null : left < 0 ? 'late' : left < SOON_MS ? 'soon' : null;
  return {
    id: task.id,
    system: system.name,
    what: task.what,
    state: task.state,
    dueAt: task.dueAt.toISOString(),
    urgency,
  };
};

const isOpen = eq(outsideTask.state, 'open');
const { owner } = outsideSystem;

/** As `isTheirs`, for the database. `owners`: those who may look after a system now. */
export function isOf(by: Pick<Changer, 'person' | 'role'>, owners: readonly Id[]): SQL | undefined {
  const isOwn = eq(owner, by.person);
  const isNobodys = or(isNull(owner), notInArray(owner, [...owners]), eq(owner, outsideTask.person));
  const isAnothers = sql`${outsideTask.person} is distinct from ${by.person}::uuid`;
  const stands = owners.includes(by.person) ? isOwn : sql`false`;
  return and(isAnothers, by.role === 'privacy' ? or(stands, isNobodys) : stands);
}

const late = (now: number) =>
  sql<number>`count(*) filter (where ${outsideTask.dueAt} < ${new Date(now).toISOString()}::timestamptz)::int`;

/** How many are open, and how many of these are overdue. */
export async function countTasks(
  { store }: Pick<OutsideParts, 'store'>,
  which?: SQL,
): Promise<{ readonly open: number; readonly overdue: number }> {
  const [counted] = await store.db
    .select({ open: count(), overdue: late(store.now()) })
    .from(outsideTask)
    .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
    .where(and(isOpen, which));
  return counted ?? { open: 0, overdue: 0 };
}

/** Theirs, or where they ask for `all`, everybody's; the first due first. */
export async function listTasks(parts: OutsideParts, by: Changer, all: boolean) {
  const owners = await possibleOwners(parts);
  const which = all ? undefined : isOf(by, [...owners.keys()]);
  const found = await parts.store.db
    .select({ task: outsideTask, system: outsideSystem })
    .from(outsideTask)
    .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
    .where(and(isOpen, which))
    .orderBy(asc(outsideTask.dueAt), asc(outsideTask.id))
    .limit(LISTED_MAX);
  const now = parts.store.now();
  const { open, overdue } = await countTasks(parts, which);
  const tasks = found.map((each) => ({ ...listedTask(each, now), isMine: isTheirs(each, by, owners) }));
  return { tasks, count: open, late: overdue };
}

export interface OutsideFigures {
  /** In use. */
  readonly systems: number;
  readonly open: number;
  readonly overdue: number;
  /** Systems in use that nobody with a role looks after. */
  readonly ownerless: number;
}

export async function outsideFigures(
  parts: Pick<OutsideParts, 'services' | 'store'>,
): Promise<OutsideFigures> {
  const { db } = parts.store;
  const owners = [...(await possibleOwners(parts)).keys()];
  const inUse = isNull(outsideSystem.retiredAt);
  const systems = await db.$count(outsideSystem, inUse);
  const owned = owners.length === 0 ? 0 : await db.$count(outsideSystem, and(inUse, inArray(owner, owners)));
  return { systems, ...(await countTasks(parts)), ownerless: systems - owned };
}
