/** The register's rows: read in their order, and added, each an entry of the record in the same transaction. */
import { asc, eq, sql } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { endIntakeKey } from '../intake.ts';
import { Problem } from '../problem.ts';
import { type By, type Entry, rowContent, type Said } from './content.ts';
import type { BreachParts, Enter } from './parts.ts';
import { type BreachRow, breachRow, KEPT_DAYS } from './schema.ts';
import { type Standing, standingOf } from './standing.ts';

const DAY_MS = 86_400_000;

export const SYSTEM: By = { person: null, role: 'system' };

export const noSuchBreach = (): Problem => new Problem(404, 'no_such_breach', 'There is no such breach.');
export const notNow = (why: string): Problem => new Problem(409, 'not_now', why);

function opened({ erasing: { store } }: BreachParts, rows: readonly BreachRow[]): Entry[] {
  return rows.flatMap(({ id, breach, role, by, at, content }) => {
    const said = rowContent.open(store.vault, breach, content);
    return said === null ? [] : [{ id, role, by, at, said }];
  });
}

/** Throws `Problem` 404, also where its key is gone. */
export async function standingIn(parts: BreachParts, db: Pick<Tx, 'select'>, id: string): Promise<Standing> {
  const rows = isId(id)
    ? await db
        .select()
        .from(breachRow)
        .where(eq(breachRow.breach, id))
        .orderBy(asc(breachRow.at), asc(breachRow.id))
    : [];
  const standing = standingOf(id, opened(parts, rows), parts);
  if (standing === null) throw noSuchBreach();
  return standing;
}

/** Every breach of the register, the newest first. */
export async function allStanding(parts: BreachParts): Promise<Standing[]> {
  const rows = await parts.erasing.store.db
    .select()
    .from(breachRow)
    .orderBy(asc(breachRow.at), asc(breachRow.id));
  const ids = [...new Set(rows.map(({ breach }) => breach))];
  return ids
    .flatMap((id) => {
      const theirs = rows.filter(({ breach }) => breach === id);
      return standingOf(id, opened(parts, theirs), parts) ?? [];
    })
    .sort((one, other) => other.openedAt.getTime() - one.openedAt.getTime());
}

export interface Added {
  readonly breach: Id;
  readonly said: Said;
  readonly by: By;
  /** Left out: a random one. */
  readonly id?: Id;
}

/** Words of closed lists alone: what happened, and to whom, stands in no entry. */
const sayable = (said: Said): Readonly<Record<string, string>> => ({
  ...('duty' in said && said.duty !== '' && { duty: said.duty }),
  ...('phase' in said && { phase: said.phase }),
  ...('notice' in said && { notice: said.notice }),
  ...('what' in said && { what: said.what }),
  ...('mark' in said && { mark: said.mark }),
  ...('facts' in said && { risk: said.facts.risk }),
});

/** The key of what it says has to be there. */
export async function add(
  { erasing: { store } }: BreachParts,
  tx: Tx,
  enter: Enter,
  { breach, said, by, id = newId() }: Added,
): Promise<Id> {
  const at = new Date(store.now());
  const content = rowContent.sealAnew(store.vault, breach, said);
  await tx
    .insert(breachRow)
    .values({ id, breach, event: said.event, role: by.role, by: by.person, at, content });
  const entered = { breach, event: said.event, staff: by.person, ...sayable(said) };
  await enter({ id, kind: 'breach', role: by.role, about: null, content: entered });
  return id;
}

/** What it says opens as long as its newest row is kept. */
export const keptUntil = (now: number): number => now + (KEPT_DAYS + 1) * DAY_MS;

export const lockBreach = async (tx: Tx, id: Id): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`breach:${id}`}))`);
};

/** Whether it stands in the register. */
export async function isEntered(tx: Tx, id: Id): Promise<boolean> {
  const rows = await tx.select({ id: breachRow.id }).from(breachRow).where(eq(breachRow.breach, id)).limit(1);
  return rows.length > 0;
}

/** Works on a breach as it stands, which nobody else goes on with meanwhile. Throws `Problem` 404 and 409 where it is closed. */
export async function onBreach<T>(
  parts: BreachParts,
  id: string,
  work: (tx: Tx, enter: Enter, standing: Standing) => Promise<T>,
): Promise<T> {
  const { store } = parts.erasing;
  if (!isId(id)) throw noSuchBreach();
  const done = await store.record.act(async (tx, enter) => {
    await lockBreach(tx, id);
    const standing = await standingIn(parts, tx, id);
    if (standing.closedAt !== null) throw notNow('It is closed: nothing more is entered.');
    return work(tx, enter, standing);
  });
  await endIntakeKey(store.keys, id, keptUntil(store.now()));
  return done;
}

/** Whoever did or saw something of it is not entered again for so long. */
const LOOK_MS = 10 * 60_000;

/** A look at what it says stands in the record first. Throws `Problem` 404. */
export async function enterLook(parts: BreachParts, id: Id, by: By, event: 'look' | 'export'): Promise<void> {
  const { store } = parts.erasing;
  const { entries } = await standingIn(parts, store.db, id);
  const now = store.now();
  const isRecent = ({ by: who, at }: Entry) => who === by.person && now - at.getTime() < LOOK_MS;
  if (event === 'look' && entries.some(isRecent)) return;
  await store.record.act((tx, enter) => add(parts, tx, enter, { breach: id, said: { event }, by }));
}
