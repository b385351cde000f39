/**
 * Whoever is affected is told by service mail, once each: the row on their profile, its mail and its entry in the record are one
 * transaction, and the row's number follows from breach and person. Killed anywhere, the next round goes on with who is left.
 */
import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, notExists, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { person } from '../accounts/schema.ts';
import type { BreachParts, Enter } from './parts.ts';
import { add, lockBreach, SYSTEM, standingIn } from './rows.ts';
import { breachNotice } from './schema.ts';
import type { Standing } from './standing.ts';

/** Told in one transaction. */
const BATCH = 50;
const NOBODY_YET = '0'.repeat(32) as Id;

const idOf = (breach: Id, of: Id): Id =>
  createHash('sha256').update(`breach notice\n${breach}\n${of}`).digest('hex').slice(0, 32);

/** Answers whether everybody is told. */
export async function tellPeople(
  parts: BreachParts,
  standing: Standing,
  signal: AbortSignal,
): Promise<boolean> {
  const { store } = parts.erasing;
  for (let after = NOBODY_YET; ; ) {
    if (signal.aborted) return false;
    const batch = await untold(parts, standing, after);
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last;
    await store.record.act(async (tx, enter) => {
      await lockAlone(tx, ...batch.map((id) => ({ kind: 'person' as const, id })));
      for (const each of batch) await tell(parts, tx, enter, standing, each);
    });
    parts.signIn.notices.wake();
  }
  await store.record.act(async (tx, enter) => {
    await lockBreach(tx, standing.id);
    if ((await standingIn(parts, tx, standing.id)).sent !== null) return;
    const told = await tx.$count(breachNotice, eq(breachNotice.breach, standing.id));
    await add(parts, tx, enter, { breach: standing.id, said: { event: 'sent', people: told }, by: SYSTEM });
  });
  return true;
}

async function untold(
  { erasing: { store } }: BreachParts,
  { id, facts }: Standing,
  after: Id,
): Promise<Id[]> {
  const { db } = store;
  const told = db
    .select({ one: sql`1` })
    .from(breachNotice)
    .where(and(eq(breachNotice.breach, id), eq(breachNotice.person, person.id)));
  const among = facts.affected === 'named' ? inArray(person.id, facts.people) : undefined;
  const rows = await db
    .select({ id: person.id })
    .from(person)
    .where(and(gt(person.id, after), among, notExists(told)))
    .orderBy(asc(person.id))
    .limit(BATCH);
  return rows.map((row) => row.id);
}

async function tell(parts: BreachParts, tx: Tx, enter: Enter, standing: Standing, to: Id): Promise<void> {
  const { store } = parts.erasing;
  // Erased while we waited: nobody is left to tell.
  if (standing.sending === null || !store.keys.has('person', to)) return;
  const { words } = standing.sending;
  const id = idOf(standing.id, to);
  const row = sealRow(store.vault, breachNotice, {
    id,
    breach: standing.id,
    person: to,
    words,
    at: new Date(store.now()),
  });
  const made = await tx
    .insert(breachNotice)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: breachNotice.id });
  if (made.length === 0) return;
  await enter({
    id,
    kind: 'breach_notice',
    role: 'system',
    about: { kind: 'person', id: to },
    content: { breach: standing.id },
  });
  const { notices, settings } = parts.signIn;
  const values = { words, url: `${settings.siteUrl}/console/profile/breach_notice` };
  await notices.send(tx, { id, template: 'breach_told', person: to, values });
}
