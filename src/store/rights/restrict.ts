/**
 * Restriction (GDPR Art. 18): the data stay and are used for nothing but keeping safe, rights and law. Placed and
 * lifted here, each with its entry in the record; held where data is read for a purpose (`read-for.ts`).
 */
import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { SubjectName } from '../map/rows.ts';
import type { Store, Tx } from '../store.ts';
import { restriction } from './schema.ts';
import type { Viewer } from './show.ts';

type Role = 'person' | 'privacy' | 'operator';

/** Restricts a person and the accounts that are theirs alone. Answers whether anything changed. */
export async function restrict(store: Store, whose: Viewer, role: Role): Promise<boolean> {
  return await store.record.act(async (tx, enter) => {
    const rows = [null, ...whose.accounts].map((account) => ({
      id: randomBytes(16).toString('hex'),
      person: whose.person,
      account,
      since: new Date(store.now()),
    }));
    const placed = await tx.insert(restriction).values(rows).onConflictDoNothing().returning();
    if (placed.length === 0) return false;
    await enter(entry(whose.person, role, 'placed'));
    return true;
  });
}

/** Lifts all restrictions that the person asked for. Answers whether there was one. */
export async function lift(store: Store, person: string, role: Role): Promise<boolean> {
  return await store.record.act(async (tx, enter) => {
    const lifted = await tx.delete(restriction).where(eq(restriction.person, person)).returning();
    if (lifted.length === 0) return false;
    await enter(entry(person, role, 'lifted'));
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
