/**
 * Restriction (GDPR Art. 18): the data stay and are used for nothing but keeping safe, rights and law. Placed and
 * lifted here, each with its entry in the record and its line in the choice ledger, so that no restore undoes it; held
 * where data is read for a purpose (`read-for.ts`).
 */
import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import type { Store, Tx } from '../store.ts';
import { restriction } from './schema.ts';
import type { Viewer } from './show.ts';
import { lockAlone } from './subject-lock.ts';

type Role = 'person' | 'privacy' | 'operator';

/** Restricts a person and the accounts that are theirs alone. Answers whether anything changed. */
export async function restrict(store: Store, whose: Viewer, role: Role): Promise<boolean> {
  const { person, accounts } = whose;
  return await store.record.act(async (tx, enter) => {
    // One after the other, so that the ledger's order is the rows'.
    await lockAlone(tx, { kind: 'person', id: person });
    const at = store.choices.laterThanRestrictions(person, store.now());
    const rows = [null, ...accounts].map((account) => ({
      id: randomBytes(16).toString('hex'),
      person,
      account,
      since: new Date(at),
    }));
    const placed = await tx.insert(restriction).values(rows).onConflictDoNothing().returning();
    if (placed.length === 0) return false;
    await enter(entry(person, role, 'placed'));
    await store.choices.write(placed.map(({ account }) => ({ act: 'restricted', person, account, at })));
    return true;
  });
}

/** Lifts all restrictions that the person asked for. Answers whether there was one. */
export async function lift(store: Store, person: string, role: Role): Promise<boolean> {
  return await store.record.act(async (tx, enter) => {
    await lockAlone(tx, { kind: 'person', id: person });
    const at = store.choices.laterThanRestrictions(person, store.now());
    const lifted = await tx.delete(restriction).where(eq(restriction.person, person)).returning();
    if (lifted.length === 0) return false;
    await enter(entry(person, role, 'lifted'));
    await store.choices.write([{ act: 'lifted', person, at }]);
    return true;
  });
}

/** Whether this subject's data are restricted now. */
export async function isRestricted(db: Store['db'] | Tx, subject: SubjectName): Promise<boolean> {
  const its =
    subject.kind === 'person'
      ? and(eq(restriction.person, subject.id), isNull(restriction.account))
      : eq(restriction.account, subject.id);
  const rows = await db.select({ one: sql`1` }).from(restriction).where(its).limit(1);
  return rows.length > 0;
}

const entry = (person: string, role: Role, state: 'placed' | 'lifted') => ({
  kind: 'restriction',
  role,
  about: { kind: 'person' as const, id: person },
  content: { person, state },
});
