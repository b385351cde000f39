/**
 * Legal holds for the operator's commands: on a person and the accounts that they alone own. What a hold does follows
 * from the data map (`src/store/retention`).
 */
import { z } from 'zod';
import { isId } from '../../link/ids.ts';
import { runHeldErasures } from '../../store/erasure/resume.ts';
import * as legal from '../../store/retention/holds.ts';
import { Refused } from '../../store/rights/failures.ts';
import { accountsEndingWith, findPerson } from '../accounts/index.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Erasing } from './erase-account.ts';

const NAMES_MAX = 50;
const NAME_CHARACTERS_MAX = 63;
const names = z.array(z.string().min(1).max(NAME_CHARACTERS_MAX)).max(NAMES_MAX).default([]);
/** Neither tables nor classes: everything. */
export const holdInput = z.strictObject({ tables: names, classes: names, reason: z.string() });

export interface HoldAnswer {
  readonly id: string;
  /** Outward ids of accounts; a person without one of their own is not shown. */
  readonly accounts: readonly string[];
  readonly tables: readonly string[];
  readonly role: string;
  readonly placed_at: string;
  readonly ended_at: string | null;
}

/** `reference`: an e-mail address, or the id of an account with one owner. Throws `Problem` 400, 404 or 409. */
export async function placeHold(
  { services, store }: Erasing,
  reference: string,
  { tables, classes, reason }: z.output<typeof holdInput>,
): Promise<HoldAnswer> {
  const person = await findPerson(services, reference);
  const accounts = [...(await accountsEndingWith(services.db, person))].sort();
  const subjects = [
    { kind: 'person', id: person } as const,
    ...accounts.map((id) => ({ kind: 'account', id }) as const),
  ];
  const data = tables.length + classes.length === 0 ? 'everything' : { tables, classes };
  const placed = await refusals(() => legal.placeHold(store, { subjects, data, reason, role: 'operator' }));
  services.log('info', 'hold_placed', { count: subjects.length });
  return answerOf(placed);
}

/** Ends a hold and goes on with the erasures that waited for it. Throws `Problem` 404. */
export async function endHold(
  { services, store, settings }: Erasing,
  hold: string,
): Promise<{ readonly ended: true; readonly erased: number }> {
  if (!isId(hold) || !(await legal.endHold(store, hold, 'operator'))) throw noSuchHold();
  services.log('info', 'hold_ended', { count: 1 });
  return { ended: true, erased: await runHeldErasures(settings) };
}

/** Those that hold; `all`: those that ended in the last year as well. */
export async function holds({ store }: Erasing, all: boolean): Promise<{ holds: HoldAnswer[] }> {
  return { holds: (await legal.listHolds(store, { all })).map(answerOf) };
}

/** Why it was placed; the look and its reason are in the record. Throws `Problem` 400 or 404. */
export async function whyHeld(
  { store }: Erasing,
  hold: string,
  reason: string,
): Promise<{ readonly reason: string }> {
  const look = { hold, role: 'operator', reason } as const;
  const found = isId(hold) ? await refusals(() => legal.readHoldReason(store, look)) : null;
  if (found === null) throw noSuchHold();
  return { reason: found };
}

const answerOf = (hold: legal.Hold): HoldAnswer => ({
  id: hold.id,
  accounts: hold.subjects.flatMap(({ kind, id }) => (kind === 'account' ? [outward('acct', id)] : [])),
  tables: hold.tables,
  role: hold.role,
  placed_at: new Date(hold.placedAt).toISOString(),
  ended_at: hold.endedAt === null ? null : new Date(hold.endedAt).toISOString(),
});

const noSuchHold = (): Problem =>
  new Problem(404, 'no_such_hold', 'There is no such hold. `kept hold list` shows those that hold.');

async function refusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'reason_missing') {
      throw new Problem(400, 'invalid_input', 'reason: say why, in 1 to 500 characters.');
    }
    if (error.code === 'erased') {
      throw new Problem(409, 'erased', 'This person is erased, or is being erased: nothing is left to keep.');
    }
    throw new Problem(
      400,
      'nothing_to_hold',
      'No table or data class of that name holds anything of this person. `kept map` prints them.',
    );
  }
}
