/**
 * A demand that was not answered by its day: whoever did not prepare it, and so can be its second person, hears of it by mail,
 * once. What it is about stands at the desk alone, and of one that may not be told of nothing goes: a mail would show it.
 */
import { createHash } from 'node:crypto';
import { and, eq, inArray, isNotNull, isNull, lt, ne, notExists, or, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { isGagged, onCase, SYSTEM, step } from './case.ts';
import type { DisclosureParts } from './parts.ts';
import { disclosureCase, disclosureStep } from './schema.ts';
import { PREPARING } from './words.ts';

/** Those who answer demands; where nobody else of them is there, those who could make somebody one. */
const ROLES: readonly (readonly StaffRole[])[] = [['privacy'], ['admin']];

/** Tells of those that nobody was told of. */
export async function tellOverdue(parts: DisclosureParts): Promise<void> {
  const { db, now } = parts.erasing.store;
  const its = eq(disclosureStep.case, disclosureCase.id);
  const told = db
    .select({ one: sql`1` })
    .from(disclosureStep)
    .where(and(its, eq(disclosureStep.event, 'overdue')));
  const due = await db
    .select({ id: disclosureCase.id })
    .from(disclosureCase)
    .where(
      and(
        ne(disclosureCase.state, 'closed'),
        lt(disclosureCase.dueAt, new Date(now())),
        or(isNull(disclosureCase.gagUntil), isNotNull(disclosureCase.gagOverAt)),
        notExists(told),
      ),
    );
  for (const { id } of due) await tellOf(parts, id);
  if (due.length > 0) parts.signIn.notices.wake();
}

/** Whoever comes second finds it done. */
const tellOf = (parts: DisclosureParts, id: Id): Promise<void> =>
  onCase(parts, id, ['open', 'prepared', 'approved'], async (tx, enter, { dueAt, ...row }) => {
    if (dueAt === null || isGagged(row)) return;
    const steps = await tx.select().from(disclosureStep).where(eq(disclosureStep.case, id));
    if (steps.some(({ event }) => event === 'overdue')) return;
    const preparers = steps.filter(({ event }) => PREPARING.includes(event)).map(({ by }) => by);
    const seconds = await secondPeople(parts, tx, preparers);
    if (seconds.length === 0) return;
    const { notices, settings } = parts.signIn;
    const values = { due: dueAt.toISOString().slice(0, 10), url: `${settings.siteUrl}/desk/disclosures` };
    for (const to of seconds)
      await notices.send(tx, { id: mailOf(id, to), template: 'demand_overdue', person: to, values });
    await step(parts, tx, enter, { case: id, event: 'overdue', by: SYSTEM });
  });

async function secondPeople(
  { erasing: { store } }: DisclosureParts,
  tx: Tx,
  preparers: readonly (Id | null)[],
): Promise<Id[]> {
  const { id, staffRole, staffUntil } = person;
  const staff = await tx
    .select({ id, staffRole, staffUntil })
    .from(person)
    .where(inArray(staffRole, ROLES.flat()));
  const others = staff.filter((each) => !preparers.includes(each.id));
  const byRole = ROLES.map((roles) =>
    others.filter((each) => {
      const role = standingRole(each, store.now());
      return role !== null && roles.includes(role);
    }),
  );
  return (byRole.find((some) => some.length > 0) ?? []).map((each) => each.id);
}

const mailOf = (of: Id, to: Id): Id =>
  createHash('sha256').update(`demand overdue\n${of}\n${to}`).digest('hex').slice(0, 32);
