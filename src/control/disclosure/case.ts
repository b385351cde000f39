/** Cases as rows: found, locked, and gone on with, each step an entry of the record in the same transaction. */
import { asc, eq } from 'drizzle-orm';
import { type Id, isId, newId } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import type { Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { type CaseContent, caseContent } from './content.ts';
import type { DisclosureParts, Enter } from './parts.ts';
import { type DisclosureCase, disclosureCase, disclosureStep } from './schema.ts';
import { CASE_STATES, type CaseEvent, type CaseState } from './words.ts';

export interface By {
  /** Null: it went on by itself. */
  readonly person: Id | null;
  readonly role: ActorRole;
}
export const SYSTEM: By = { person: null, role: 'system' };

export const noSuchCase = (): Problem => new Problem(404, 'no_such_case', 'There is no such case.');
export const notNow = (why: string): Problem => new Problem(409, 'not_now', why);

/** Throws `Problem` 404. */
export async function caseById({ erasing }: DisclosureParts, id: string): Promise<DisclosureCase> {
  const [row] = isId(id)
    ? await erasing.store.db.select().from(disclosureCase).where(eq(disclosureCase.id, id))
    : [];
  if (row === undefined) throw noSuchCase();
  return row;
}

/** What it says. Throws `Problem` 404 where its key is gone. */
export function contentOf({ erasing }: DisclosureParts, row: DisclosureCase): CaseContent {
  const content = caseContent.open(erasing.store.vault, row.id, row.content);
  if (content === null) throw noSuchCase();
  return content;
}

/** What is sealed anew of it. */
export const sealedContent = ({ erasing }: DisclosureParts, id: Id, content: CaseContent): Buffer =>
  caseContent.sealAnew(erasing.store.vault, id, content);

export interface Step {
  readonly case: Id;
  readonly event: CaseEvent;
  readonly by: By;
  /** Ids, numbers and words of closed lists. */
  readonly content?: Readonly<Record<string, unknown>>;
}

/** `kind`: of its entry; left out: a step of a case. */
export async function step(
  { erasing }: DisclosureParts,
  tx: Tx,
  enter: Enter,
  { case: of, event, by, content = {} }: Step,
  kind: 'disclosure_case' | 'disclosure' = 'disclosure_case',
): Promise<void> {
  const id = newId();
  const at = new Date(erasing.store.now());
  await tx.insert(disclosureStep).values({ id, case: of, event, role: by.role, by: by.person, at });
  // About nobody: an entry about whom it names would stand on their page.
  const said = { case: of, event, staff: by.person, ...content };
  await enter({ id, kind, role: by.role, about: null, content: said });
}

export const stepsOf = ({ erasing }: DisclosureParts, id: Id) =>
  erasing.store.db
    .select()
    .from(disclosureStep)
    .where(eq(disclosureStep.case, id))
    .orderBy(asc(disclosureStep.at), asc(disclosureStep.id));

export type CaseWork<T> = (tx: Tx, enter: Enter, row: DisclosureCase) => Promise<T>;

/** Works on a case in one of the states, which nobody else changes meanwhile. Throws `Problem` 404 and 409. */
export function onCase<T>(
  { erasing }: DisclosureParts,
  id: Id,
  states: readonly CaseState[],
  work: CaseWork<T>,
): Promise<T> {
  return erasing.store.record.act(async (tx, enter) => {
    const [row] = await tx.select().from(disclosureCase).where(eq(disclosureCase.id, id)).for('update');
    if (row === undefined) throw noSuchCase();
    if (!states.includes(row.state))
      throw notNow('The case has gone on meanwhile. Look at it again, then say what is to be done.');
    return work(tx, enter, row);
  });
}

export const change = (tx: Tx, id: Id, set: Partial<DisclosureCase>) =>
  tx.update(disclosureCase).set(set).where(eq(disclosureCase.id, id));

/** Whoever did or saw something of a case is not entered again for so long. */
const LOOK_MS = 10 * 60_000;

/** A look at what a case says stands in the record first. Throws `Problem` 404. */
export async function enterLook(parts: DisclosureParts, id: Id, { person, role }: By): Promise<void> {
  const now = parts.erasing.store.now();
  const steps = await stepsOf(parts, id);
  if (steps.some(({ by, at }) => by === person && now - at.getTime() < LOOK_MS)) return;
  await onCase(parts, id, CASE_STATES, (tx, enter) =>
    step(parts, tx, enter, { case: id, event: 'look', by: { person, role } }),
  );
}

/** While it stands, nobody outside learns of the case. */
export const isGagged = ({ gagUntil, gagOverAt }: Pick<DisclosureCase, 'gagUntil' | 'gagOverAt'>): boolean =>
  gagUntil !== null && gagOverAt === null;
