/** Registers a system, changes what is said of it, and retires it; each stands in the record. Nothing is ever taken out by hand. */
import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import type { Tx } from '../../store/store.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { possibleOwners } from './owners.ts';
import type { OutsideParts } from './parts.ts';
import { type OutsideSystem, outsideSystem } from './schema.ts';
import { GROUPS, SYSTEM_CLASSES, SYSTEM_KINDS, SYSTEM_USES, wordsOf } from './words.ts';

const NAME_CHARACTERS_MAX = 80;
const FINDING_CHARACTERS_MAX = 2000;
/** So many may be in use at once: each is asked for each request. */
const ACTIVE_MAX = 100;

const some = <Word extends string>(list: Readonly<Record<Word, string>>, least: 0 | 1) =>
  z.array(z.enum(wordsOf(list))).min(least, 'choose at least one');
const systemInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'say what you call it')
    .max(NAME_CHARACTERS_MAX, `at most ${NAME_CHARACTERS_MAX} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text'),
  kind: z.enum(wordsOf(SYSTEM_KINDS), 'choose one'),
  classes: some(SYSTEM_CLASSES, 1),
  holds: some(GROUPS, 1),
  uses: some(SYSTEM_USES, 0),
  finding: z
    .string()
    .trim()
    .min(1, 'say how, so that whoever looks can')
    .max(FINDING_CHARACTERS_MAX, `at most ${FINDING_CHARACTERS_MAX} characters`),
  /** Empty: whoever decides. */
  owner: z.string().max(32).default(''),
});
const LABELS = {
  name: 'Name',
  kind: 'What it is',
  classes: 'Kinds of data',
  holds: 'Whom it may hold',
  uses: 'Uses',
  finding: 'How one finds somebody in it',
  owner: 'Who looks after it',
};
type SystemWish = z.output<typeof systemInput>;

/** Boxes of a form that are ticked: fields named like `holds_customers`. */
const ticked = (form: Readonly<Record<string, string>>, prefix: string): string[] =>
  Object.entries(form).flatMap(([name, value]) =>
    name.startsWith(prefix) && value === 'yes' ? [name.slice(prefix.length)] : [],
  );

/** A form's fields as they are checked. */
const wishIn = ({ name, kind, finding, owner, ...form }: Readonly<Record<string, string>>): unknown => ({
  name: name ?? '',
  kind: kind ?? '',
  finding: finding ?? '',
  owner: owner ?? '',
  classes: ticked(form, 'class_'),
  holds: ticked(form, 'holds_'),
  uses: ticked(form, 'use_'),
});

export interface Changer {
  readonly person: Id;
  readonly role: ActorRole;
}

type Form = Readonly<Record<string, string>>;
type Event = 'registered' | 'changed' | 'retired' | 'taken_up';

/** `once` tells the same form sent twice. Answers its id. Throws `Problem` 400 and 409 (`too_many_systems`). */
export async function registerSystem(
  parts: OutsideParts,
  by: Changer,
  form: Form,
  once?: string,
): Promise<Id> {
  const wish = await checked(parts, form);
  const now = new Date(parts.store.now());
  const id = idOnce('system', by.person, once);
  const row: OutsideSystem = { ...wish, id, registeredAt: now, changedAt: now, retiredAt: null };
  await act(parts, by, 'registered', async (tx) => {
    await demandRoom(tx);
    const made = await tx.insert(outsideSystem).values(row).onConflictDoNothing().returning();
    return made[0] ?? null;
  });
  return row.id;
}

/** Throws `Problem` 400 and 404. */
export async function changeSystem(parts: OutsideParts, id: string, by: Changer, form: Form): Promise<void> {
  const wish = await checked(parts, form);
  await act(parts, by, 'changed', async (tx) => {
    const before = await lockSystem(tx, id);
    return put(parts, tx, before, wish);
  });
}

/** It makes no more tasks; those that are open stay so, since it still holds what they are about. Throws `Problem` 404 and 409. */
export const retireSystem = (parts: OutsideParts, id: string, by: Changer): Promise<void> =>
  act(parts, by, 'retired', async (tx) => {
    const before = await lockSystem(tx, id);
    if (before.retiredAt !== null) throw new Problem(409, 'not_now', 'It is retired already.');
    return put(parts, tx, before, { retiredAt: new Date(parts.store.now()) });
  });

/** In use again. Throws `Problem` 404 and 409. */
export const takeUpSystem = (parts: OutsideParts, id: string, by: Changer): Promise<void> =>
  act(parts, by, 'taken_up', async (tx) => {
    const before = await lockSystem(tx, id);
    if (before.retiredAt === null) throw new Problem(409, 'not_now', 'It is in use.');
    await demandRoom(tx);
    return put(parts, tx, before, { retiredAt: null });
  });

async function act(
  { store }: OutsideParts,
  by: Changer,
  event: Event,
  /** Null: nothing has changed. */
  work: (tx: Tx) => Promise<OutsideSystem | null>,
): Promise<void> {
  await store.record.act(async (tx, enter) => {
    const changed = await work(tx);
    if (changed === null) return;
    const { id, kind, classes, holds, uses, owner } = changed;
    await enter({
      kind: 'outside_system',
      role: by.role,
      about: null,
      content: { system: id, event, kind, classes, holds, uses, owner, staff: by.person },
    });
  });
}

async function put(
  { store }: OutsideParts,
  tx: Tx,
  before: OutsideSystem,
  how: Partial<OutsideSystem>,
): Promise<OutsideSystem> {
  const set = { ...how, changedAt: new Date(store.now()) };
  await tx.update(outsideSystem).set(set).where(eq(outsideSystem.id, before.id));
  return { ...before, ...set };
}

async function checked(
  parts: OutsideParts,
  form: Form,
): Promise<Omit<SystemWish, 'owner'> & { readonly owner: Id | null }> {
  const { owner, ...wish } = checkInput(wishIn(form), systemInput, LABELS);
  if (owner === '') return { ...wish, owner: null };
  if (!isId(owner) || !(await possibleOwners(parts)).has(owner))
    throw new Problem(
      400,
      'invalid_input',
      `${LABELS.owner}: must be somebody of the staff who has a role now, and no auditor.`,
    );
  return { ...wish, owner };
}

async function lockSystem(tx: Tx, id: string): Promise<OutsideSystem> {
  const [row] = isId(id)
    ? await tx.select().from(outsideSystem).where(eq(outsideSystem.id, id)).for('update')
    : [];
  if (row === undefined) throw noSuchSystem();
  return row;
}

async function demandRoom(tx: Tx): Promise<void> {
  const rows = await tx.select({ retiredAt: outsideSystem.retiredAt }).from(outsideSystem);
  if (rows.filter(({ retiredAt }) => retiredAt === null).length >= ACTIVE_MAX)
    throw new Problem(
      409,
      'too_many_systems',
      `At most ${ACTIVE_MAX} systems are in use at once. Retire one first, or register several as one.`,
    );
}

export const noSuchSystem = (): Problem => new Problem(404, 'no_such_system', 'There is no such system.');

/** By name; those in use first. */
export async function allSystems({
  services: { db },
}: Pick<OutsideParts, 'services'>): Promise<OutsideSystem[]> {
  const rows = await db.select().from(outsideSystem).orderBy(asc(outsideSystem.name), asc(outsideSystem.id));
  return [
    ...rows.filter(({ retiredAt }) => retiredAt === null),
    ...rows.filter(({ retiredAt }) => retiredAt !== null),
  ];
}
