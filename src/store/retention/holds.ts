/**
 * Legal holds: data that have to be kept for a dispute or an order are neither swept nor erased until the hold ends. A
 * hold names people or accounts, and tables or data classes; of a table that it names it keeps their whole rows, all of
 * them or those of a time. Placed
 * and ended with an entry in the record, which nobody but an auditor can tell from others.
 */
import { randomBytes } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { ActorRole } from '../../record/commitment.ts';
import { findOpen } from '../erasure/open-erasures.ts';
import type { Sealed } from '../map/columns.ts';
import { namesOf, type SubjectName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { Refused } from '../rights/failures.ts';
import { lockAlone } from '../rights/subject-lock.ts';
import type { Act, Store, Tx } from '../store.ts';
import { lockToChange } from './held-rows.ts';
import { type LegalHoldRow, legalHold } from './schema.ts';

const REASON_CHARACTERS_MAX = 500;
const SUBJECTS_MAX = 100;

/** What is kept: all that names them, or the tables named and those in which one of the data classes stands. */
export type HeldData =
  | 'everything'
  | { readonly tables?: readonly string[]; readonly classes?: readonly string[] };

export interface HoldOrder {
  /** 1 to 100; a person before their accounts. */
  readonly subjects: readonly SubjectName[];
  readonly data: HeldData;
  /** Of tables that say of when a row is, only the rows of this time are kept; left out: all. */
  readonly of?: { readonly since: Date | null; readonly before: Date | null };
  /** By which the rest is found: all rows of these tables that name one of these subjects are kept besides, whatever the time. */
  readonly links?: readonly { readonly tables: readonly string[]; readonly of: readonly SubjectName[] }[];
  /** 1 to 500 characters; sealed under the key of whom it is about. */
  readonly reason: string;
  readonly role: ActorRole;
  /** Its entry names nobody and no reason: an order forbids telling, and their export would count an entry about them. */
  readonly silent?: true;
}

/** Tables, and of which time. */
type Part = Pick<LegalHoldRow, 'since' | 'before'> & { readonly tables: readonly string[] };

const isWhole = ({ tables, since, before }: Part, table: string): boolean =>
  since === null && before === null && tables.includes(table);

type Enter = Parameters<Act<unknown>>[1];

export interface Hold {
  readonly id: string;
  readonly subjects: readonly SubjectName[];
  readonly tables: readonly string[];
  readonly role: string;
  /** Milliseconds since 1970. */
  readonly placedAt: number;
  readonly endedAt: number | null;
}

/**
 * Places a hold and answers it; what is being destroyed at that moment is waited for. Throws `Refused`: `reason_missing`,
 * `not_found` (no such table or class, or none that names them), `erased`.
 */
export const placeHold = (store: Store, order: HoldOrder): Promise<Hold> =>
  store.record.act((tx, enter) => enterHold(store, tx, enter, order));

/** As `placeHold`, as a part of an act. */
export async function enterHold(store: Store, tx: Tx, enter: Enter, order: HoldOrder): Promise<Hold> {
  const { subjects, role } = order;
  if (subjects.length === 0 || subjects.length > SUBJECTS_MAX) {
    throw new Refused('not_found', `a hold names 1 to ${SUBJECTS_MAX} people and accounts`);
  }
  const reason = order.reason.trim();
  demandReason(reason);
  const { since, before } = order.of ?? { since: null, before: null };
  const held = { tables: tablesOf(store.map, order.data, subjects), since, before };
  const partsOf = ({ id }: SubjectName): readonly Part[] => {
    const links = (order.links ?? [])
      .filter(({ of }) => of.some((each) => each.id === id))
      .flatMap((link) => link.tables)
      .filter((table) => !isWhole(held, table));
    return links.length === 0 ? [held] : [held, { tables: links, since: null, before: null }];
  };
  const tables = [...new Set(subjects.flatMap(partsOf).flatMap((part) => part.tables))];
  const hold = randomBytes(16).toString('hex');
  const at = new Date(store.now());
  // In the order of an erasure, which locks the subject before it reads what is held.
  for (const subject of subjects) await lockAlone(tx, subject);
  await lockToChange(tx);
  for (const subject of subjects) {
    const isErased = !store.keys.has(subject.kind, subject.id);
    if (isErased || (await findOpen(tx, subject))?.state === 'begun') {
      throw new Refused('erased', `this ${subject.kind} is erased, or is being erased`);
    }
  }
  await tx.insert(legalHold).values(
    subjects.flatMap((subject) =>
      partsOf(subject).map((part): LegalHoldRow => {
        const id = randomBytes(16).toString('hex');
        return {
          id,
          hold,
          person: subject.kind === 'person' ? subject.id : null,
          account: subject.kind === 'account' ? subject.id : null,
          ...part,
          tables: [...part.tables],
          reason: store.vault.seal(subject, placeOf(id), reason) as Sealed,
          role,
          placedAt: at,
          endedAt: null,
        };
      }),
    ),
  );
  const said = { hold, subjects: subjects.length, tables: [...tables] };
  const entry = order.silent
    ? { about: null, content: said }
    : { about: subjects[0] as SubjectName, content: { ...said, reason } };
  await enter({ kind: 'hold_placed', role, ...entry });
  return { id: hold, subjects, tables, role, placedAt: at.getTime(), endedAt: null };
}

/**
 * Ends a hold. False: there is none of that number, or it has ended. Afterwards `runHeldErasures` and the next sweep do
 * what it held up.
 */
export const endHold = (store: Store, hold: string, role: ActorRole): Promise<boolean> =>
  store.record.act((tx, enter) => enterHoldEnd(store, tx, enter, { hold, role }));

/** As `endHold`, as a part of an act. */
export async function enterHoldEnd(
  store: Pick<Store, 'keys' | 'now'>,
  tx: Tx,
  enter: Enter,
  { hold, role, silent }: { readonly hold: string; readonly role: ActorRole; readonly silent?: true },
): Promise<boolean> {
  // An erasure that has spared rows for it says so before it ends; else nobody would come back for them.
  await lockToChange(tx);
  const ended = await tx
    .update(legalHold)
    .set({ endedAt: new Date(store.now()) })
    .where(and(eq(legalHold.hold, hold), isNull(legalHold.endedAt)))
    .returning();
  const [first] = ended;
  if (first === undefined) return false;
  const about = subjectOf(first);
  const alive = !silent && about !== null && store.keys.has(about.kind, about.id);
  await enter({ kind: 'hold_ended', role, about: alive ? about : null, content: { hold } });
  return true;
}

/** Holds that have not ended, the oldest first; `all`: ended ones too, for as long as they are remembered. */
export async function listHolds(store: Store, options: { readonly all?: boolean } = {}): Promise<Hold[]> {
  const rows = await store.db
    .select()
    .from(legalHold)
    .where(options.all ? undefined : isNull(legalHold.endedAt))
    .orderBy(legalHold.placedAt, legalHold.hold, legalHold.account);
  const holds = new Map<string, Hold & { subjects: SubjectName[]; tables: string[] }>();
  for (const row of rows) {
    const known = holds.get(row.hold) ?? {
      id: row.hold,
      subjects: [],
      tables: [],
      role: row.role,
      placedAt: row.placedAt.getTime(),
      endedAt: row.endedAt?.getTime() ?? null,
    };
    const subject = subjectOf(row);
    const isNew = known.subjects.every(({ id }) => id !== subject?.id);
    if (subject?.kind === 'person' && isNew) known.subjects.unshift(subject);
    else if (subject !== null && isNew) known.subjects.push(subject);
    known.tables.push(...row.tables.filter((table) => !known.tables.includes(table)));
    holds.set(row.hold, known);
  }
  return [...holds.values()];
}

/**
 * Why a hold was placed; null where there is none, or nobody of it is left. Enters the look in the record and only then
 * opens. Throws `Refused` (`reason_missing`).
 */
export async function readHoldReason(
  store: Store,
  look: { readonly hold: string; readonly role: ActorRole; readonly reason: string },
): Promise<string | null> {
  const reason = look.reason.trim();
  demandReason(reason);
  const found = await store.record.act(async (tx, enter) => {
    const rows = await tx.select().from(legalHold).where(eq(legalHold.hold, look.hold));
    const row = rows.find((each) => {
      const subject = subjectOf(each);
      return each.reason !== null && subject !== null && store.keys.has(subject.kind, subject.id);
    });
    if (row === undefined) return null;
    const content = { table: 'legal_hold', hold: look.hold, purpose: 'legal', reason };
    await enter({ kind: 'staff_read', role: look.role, about: subjectOf(row), content });
    return row;
  });
  const subject = found === null ? null : subjectOf(found);
  if (found === null || found.reason === null || subject === null) return null;
  return store.vault.open(subject, placeOf(found.id), found.reason).reveal();
}

function demandReason(reason: string): void {
  if (reason.length > 0 && reason.length <= REASON_CHARACTERS_MAX) return;
  throw new Refused('reason_missing', `say why, in 1 to ${REASON_CHARACTERS_MAX} characters`);
}

/** A class of the taxonomy stands for those below it, as in fideslang: `user.contact` for `user.contact.email`. */
const holdsClass = (entry: MapEntry, wanted: string): boolean =>
  Object.values(entry.columns).some(
    ({ facts }) => 'erase' in facts && (facts.class === wanted || facts.class.startsWith(`${wanted}.`)),
  );

function tablesOf(map: readonly MapEntry[], data: HeldData, subjects: readonly SubjectName[]): string[] {
  const kinds = new Set(subjects.map(({ kind }) => kind));
  const naming = map.filter(
    (entry) =>
      (entry.subject.kind === 'several' && kinds.has('person')) ||
      [...kinds].some((kind) => namesOf(entry, kind).length > 0),
  );
  if (data === 'everything') return naming.map(({ name }) => name).sort();
  const { tables = [], classes = [] } = data;
  const found = [
    ...tables.map((table) => naming.filter(({ name }) => name === table)),
    ...classes.map((wanted) => naming.filter((entry) => holdsClass(entry, wanted))),
  ];
  if (found.length === 0 || found.some((each) => each.length === 0)) {
    throw new Refused('not_found', 'no table or data class of that name holds anything of them');
  }
  return [...new Set(found.flat().map(({ name }) => name))].sort();
}

const placeOf = (row: string) => ({ table: 'legal_hold', column: 'reason', row });

function subjectOf(row: LegalHoldRow): SubjectName | null {
  if (row.person !== null) return { kind: 'person', id: row.person };
  return row.account === null ? null : { kind: 'account', id: row.account };
}
