/** Staff hear by mail of a breach that is entered, and of its deadlines before and at their end: once each, however often a kill comes. */
import { createHash } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import type { BreachParts } from './parts.ts';
import { add, lockBreach, SYSTEM, standingIn } from './rows.ts';
import { breachRow } from './schema.ts';
import type { Standing, StandingDuty } from './standing.ts';
import { MARKS_HOURS, type Mark } from './words.ts';

const HOUR_MS = 3_600_000;
const ROLES = ['privacy', 'admin'] as const;

const idOf = (...parts: readonly string[]): Id =>
  createHash('sha256')
    .update(`breach mail\n${parts.join('\n')}`)
    .digest('hex')
    .slice(0, 32);

interface Told {
  readonly breach: Id;
  readonly mark: Mark | 'open';
  /** Null: nobody has to be told, as far as it is known. */
  readonly dueAt: Date | null;
  /** Of what; left out: of the breach. */
  readonly duty?: string;
}

const SO_FAR: Readonly<Record<Mark | 'open', string>> = {
  open: 'It was just entered.',
  day: 'Less than a day is left.',
  hours: 'Less than six hours are left.',
  due: 'That time is over.',
};

/** Whom it is about, and what happened, stands in no mail. */
export async function tellStaff(
  parts: BreachParts,
  tx: Tx,
  { breach, mark, dueAt, duty = '' }: Told,
): Promise<void> {
  const { store } = parts.erasing;
  const { id, staffRole, staffUntil } = person;
  const staff = await tx
    .select({ id, staffRole, staffUntil })
    .from(person)
    .where(inArray(staffRole, [...ROLES]));
  const due = dueAt === null ? '' : dueAt.toISOString().slice(0, 16).replace('T', ' ');
  const values = {
    due,
    soFar: SO_FAR[mark],
    url: `${parts.signIn.settings.siteUrl}/desk/breaches/${breach}`,
  };
  for (const each of staff) {
    if (standingRole(each, store.now()) === null) continue;
    const mail = idOf(breach, duty, due, mark, each.id);
    await parts.signIn.notices.send(tx, { id: mail, template: 'breach_due', person: each.id, values });
  }
}

/** The newest mark that has come; null: none has. */
export function markAt({ dueAt, state }: StandingDuty, now: number): Mark | null {
  if (state !== 'open') return null;
  const left = dueAt.getTime() - now;
  if (left <= MARKS_HOURS.due) return 'due';
  if (left <= MARKS_HOURS.hours * HOUR_MS) return 'hours';
  return left <= MARKS_HOURS.day * HOUR_MS ? 'day' : null;
}

/** `now`: a time that is believed, ms since 1970. What a jump passed over is not told of afterwards: the newest is. */
export async function remindOf(
  parts: BreachParts,
  { id: breach, duties }: Standing,
  now: number,
): Promise<boolean> {
  let told = false;
  for (const duty of duties) {
    const mark = markAt(duty, now);
    if (mark === null) continue;
    const row = idOf(breach, duty.key, duty.dueAt.toISOString(), mark);
    if (await isThere(parts, row)) continue;
    await parts.erasing.store.record.act(async (tx, enter) => {
      await lockBreach(tx, breach);
      const [there] = await tx.select({ id: breachRow.id }).from(breachRow).where(eq(breachRow.id, row));
      const current = (await standingIn(parts, tx, breach)).duties.find(({ key }) => key === duty.key);
      if (there !== undefined || current === undefined || markAt(current, now) !== mark) return;
      const said = { event: 'remind', duty: duty.key, due: duty.dueAt.toISOString(), mark } as const;
      await add(parts, tx, enter, { id: row, breach, said, by: SYSTEM });
      await tellStaff(parts, tx, { breach, mark, dueAt: duty.dueAt, duty: duty.key });
      told = true;
    });
  }
  return told;
}

async function isThere({ erasing: { store } }: BreachParts, row: Id): Promise<boolean> {
  const rows = await store.db.select({ id: breachRow.id }).from(breachRow).where(eq(breachRow.id, row));
  return rows.length > 0;
}
