/** The register as the desk's pages call it: each asks first who it is and whether their role is enough. */
import { type Id, isId } from '../../link/ids.ts';
import type { StaffRole } from '../accounts/index.ts';
import { allowedTo, type DeskPermission, demandStaff } from '../desk/index.ts';
import { type Caller, demandSignedIn } from '../sign-in/index.ts';
import { finishTask, isTheirs, lookAtTask, notYours, taskById } from './do-task.ts';
import { groundsFor } from './grounds.ts';
import { fileFor } from './handed-in.ts';
import { listedTask, listTasks } from './list-tasks.ts';
import { type PossibleOwner, possibleOwners } from './owners.ts';
import type { OutsideParts } from './parts.ts';
import type { OutsideSystem } from './schema.ts';
import {
  allSystems,
  type Changer,
  changeSystem,
  noSuchSystem,
  registerSystem,
  retireSystem,
  takeUpSystem,
} from './systems.ts';
import { isHeld } from './tidy.ts';
import { wakeRequest } from './wake-request.ts';
import { GROUPS, SYSTEM_CLASSES, SYSTEM_KINDS, SYSTEM_USES } from './words.ts';

type Form = Readonly<Record<string, string>>;

/** What forms of the register choose from, in words. */
const LISTS = { kinds: SYSTEM_KINDS, classes: SYSTEM_CLASSES, holds: GROUPS, uses: SYSTEM_USES };

export type OutsideDesk = ReturnType<typeof forOutsideDesk>;

export function forOutsideDesk(parts: OutsideParts) {
  const staff = async (caller: Caller, what: DeskPermission, fresh = false): Promise<Changer> => {
    const { actor } = await demandStaff(parts.signIn, caller, what, { fresh });
    return { person: actor.person, role: actor.role };
  };
  /** Requests and erasures that are under way get a task for what is new. */
  const lookAgain = async () => {
    await wakeRequest(parts.store, parts.store.db, null);
    await parts.wake();
  };
  return {
    systems: async (caller: Caller) => {
      const by = await staff(caller, 'see_systems');
      const owners = await possibleOwners(parts);
      const rows = await allSystems(parts);
      return {
        systems: rows.map((row) => shownSystem(row, owners, by)),
        lists: LISTS,
        mayChange: mayChange(by),
      };
    },
    system: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'see_systems');
      const row = (await allSystems(parts)).find((each) => isId(id) && each.id === id);
      if (row === undefined) throw noSuchSystem();
      const owners = await possibleOwners(parts);
      return {
        ...shownSystem(row, owners, by),
        lists: LISTS,
        mayChange: mayChange(by),
        owners: mayChange(by) ? listed(owners) : [],
      };
    },
    /** What the form for a new one needs. */
    form: async (caller: Caller) => {
      await staff(caller, 'change_systems');
      return { lists: LISTS, owners: listed(await possibleOwners(parts)) };
    },
    register: async (caller: Caller, form: Form, once?: string): Promise<Id> => {
      const id = await registerSystem(parts, await staff(caller, 'change_systems'), form, once);
      await lookAgain();
      return id;
    },
    change: async (caller: Caller, id: string, form: Form) => {
      await changeSystem(parts, id, await staff(caller, 'change_systems'), form);
      await lookAgain();
    },
    retire: async (caller: Caller, id: string) =>
      retireSystem(parts, id, await staff(caller, 'change_systems')),
    takeUp: async (caller: Caller, id: string) => {
      await takeUpSystem(parts, id, await staff(caller, 'change_systems'));
      await lookAgain();
    },
    /** Their own; or everybody's, for who may see requests. */
    tasks: async (caller: Caller, all: boolean) => {
      const by = await staff(caller, all ? 'see_requests' : 'do_tasks');
      return { ...(await listTasks(parts, by, all)), all, maySeeAll: by.role !== 'finance' };
    },
    task: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'do_tasks');
      const found = await taskById(parts, id);
      const { task, system } = found;
      const isMine = isTheirs(found, by, await possibleOwners(parts));
      // Whoever sees requests sees how each task stands; anybody else sees their own.
      if (!isMine && !allowedTo(by.role as StaffRole).see_requests) throw notYours();
      return {
        ...listedTask(found, parts.store.now()),
        finding: system.finding,
        request: task.request,
        mayRequests: allowedTo(by.role as StaffRole).see_requests,
        isMine,
        isErased: task.person === null && task.erasure !== null,
        isHeld: await parts.store.db.transaction((tx) => isHeld(tx, task)),
        until: task.until.toISOString(),
        closedAt: task.closedAt?.toISOString() ?? null,
        isLookedAt: task.lookedAt !== null,
        ground: task.ground,
        grounds: await groundsFor(parts, task),
      };
    },
    /** Whom it is about; the look stands in the record first, and the person sees it. Wants a fresh sign-in. */
    look: async (caller: Caller, id: string) => lookAtTask(parts, id, await staff(caller, 'do_tasks', true)),
    finish: async (caller: Caller, id: string, form: unknown, file: Uint8Array | null) =>
      finishTask(parts, id, await staff(caller, 'do_tasks'), form, file),
    /** A file that was handed in, for whom it is about. Wants a fresh sign-in. */
    file: async (caller: Caller, task: string) => {
      const { who } = await demandSignedIn(parts.signIn, caller, { fresh: true, whileDeleted: true });
      return fileFor(parts.store, who.person, task);
    },
  };
}

const mayChange = ({ role }: Changer): boolean => role === 'privacy' || role === 'admin';

const listed = (owners: ReadonlyMap<Id, PossibleOwner>) =>
  [...owners.values()].map(({ id, role, name }) => ({ id, words: inWords({ role, name }) }));

const inWords = ({ role, name }: Pick<PossibleOwner, 'role' | 'name'>): string =>
  `${name ?? 'somebody'} (${role})`;

function shownSystem(row: OutsideSystem, owners: ReadonlyMap<Id, PossibleOwner>, by: Changer) {
  const owner = row.owner === null ? undefined : owners.get(row.owner);
  // Whoever audits sees no names.
  const name = by.role === 'auditor' ? null : (owner?.name ?? null);
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    classes: row.classes,
    holds: row.holds,
    uses: row.uses,
    finding: row.finding,
    /** Null: nobody with a role looks after it, so whoever decides does. */
    owner: owner === undefined ? null : { id: owner.id, words: inWords({ role: owner.role, name }) },
    changedAt: row.changedAt.toISOString(),
    retiredAt: row.retiredAt?.toISOString() ?? null,
  };
}
