/** How it stands outside: for the person whom a request is about, for their export, and for whoever waits for the end. */
import { and, asc, count, desc, eq, inArray, ne } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Store, Tx } from '../../store/store.ts';
import type { LawTable } from '../law/index.ts';
import type { RequestRow } from '../requests/schema.ts';
import { groundsUnder, type TaskGround } from './grounds.ts';
import { filesOf, type ListedFile } from './handed-in.ts';
import { concerns, groupsOf } from './rules.ts';
import { outsideSystem, outsideTask } from './schema.ts';
import { knownPerson } from './who.ts';
import type { TaskKind, TaskState } from './words.ts';

/** Tasks of a request that nobody has done yet. */
export async function countOpen(db: Store['db'] | Tx, request: Id): Promise<number> {
  const [counted] = await db
    .select({ count: count() })
    .from(outsideTask)
    .where(and(eq(outsideTask.request, request), eq(outsideTask.state, 'open')));
  return counted?.count ?? 0;
}

/** Names of the systems that a request still waits for. */
export async function openSystems(tx: Tx, request: Id): Promise<string[]> {
  const rows = await tx
    .select({ name: outsideSystem.name })
    .from(outsideTask)
    .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
    .where(and(eq(outsideTask.request, request), eq(outsideTask.state, 'open')))
    .orderBy(asc(outsideSystem.name));
  return rows.map(({ name }) => name);
}

/** Of these requests, how many tasks each has open. */
export async function countOpenOf(
  db: Store['db'],
  requests: readonly Id[],
): Promise<ReadonlyMap<Id, number>> {
  if (requests.length === 0) return new Map();
  const rows = await db
    .select({ request: outsideTask.request, count: count() })
    .from(outsideTask)
    .where(and(inArray(outsideTask.request, [...requests]), eq(outsideTask.state, 'open')))
    .groupBy(outsideTask.request);
  return new Map(rows.flatMap(({ request, count: n }) => (request === null ? [] : [[request, n]])));
}

export interface StandingOutside {
  readonly task: Id;
  readonly system: string;
  readonly what: TaskKind;
  readonly state: TaskState;
  /** ISO 8601. */
  readonly dueAt: string;
  readonly closedAt: string | null;
  /** Why it cannot be done. */
  readonly ground: TaskGround | null;
  /** For whom the request is about. */
  readonly file: (Omit<ListedFile, 'until' | 'task'> & { readonly until: string }) | null;
}

/** Each system that the request concerns, by name. */
export async function standingOutside(
  store: Pick<Store, 'db' | 'now'>,
  law: LawTable,
  row: RequestRow,
): Promise<StandingOutside[]> {
  const rows = await store.db
    .select({ task: outsideTask, system: outsideSystem.name })
    .from(outsideTask)
    .innerJoin(outsideSystem, eq(outsideSystem.id, outsideTask.system))
    .where(eq(outsideTask.request, row.id))
    .orderBy(asc(outsideSystem.name), asc(outsideTask.id));
  if (rows.length === 0) return [];
  const files = await filesOf(
    store,
    rows.map(({ task }) => task.id),
  );
  const grounds = groundsUnder(law, row);
  return rows.map(({ task, system }) => {
    const file = files.find((each) => each.task === task.id);
    return {
      task: task.id,
      system,
      what: task.what,
      state: task.state,
      dueAt: task.dueAt.toISOString(),
      closedAt: task.closedAt?.toISOString() ?? null,
      ground: grounds.find(({ code }) => code === task.ground) ?? null,
      file:
        file === undefined
          ? null
          : { format: file.format, bytes: file.bytes, until: file.until.toISOString() },
    };
  });
}

/** As the manifest of an export says it. `not_asked`: no request of theirs has asked for it. */
export interface ExportedStanding {
  readonly system: string;
  readonly state: TaskState | 'not_asked';
}

/** Systems that may hold somebody, and what came of it where they asked for a copy; by name. */
export async function outsideForExport(
  { db, vault }: Pick<Store, 'db' | 'vault'>,
  person: Id,
): Promise<ExportedStanding[]> {
  const systems = await db
    .select()
    .from(outsideSystem)
    .orderBy(asc(outsideSystem.name), asc(outsideSystem.id));
  if (systems.length === 0) return [];
  const known = await knownPerson({ vault }, db, person);
  const groups = groupsOf({ isKnown: true, isStaff: known?.isStaff === true });
  const tasks = await db
    .select({ system: outsideTask.system, state: outsideTask.state })
    .from(outsideTask)
    .where(
      and(eq(outsideTask.person, person), eq(outsideTask.what, 'hand_in'), ne(outsideTask.state, 'ended')),
    )
    .orderBy(desc(outsideTask.openedAt));
  return systems
    .filter((each) => concerns(each, 'access', groups))
    .map(({ id, name }) => ({
      system: name,
      state: tasks.find(({ system }) => system === id)?.state ?? 'not_asked',
    }));
}
