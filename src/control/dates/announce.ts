/**
 * Tells everybody by service mail, once each, however often it is killed in between (CHANGE-1): how far it is stands in the
 * transaction of the mails themselves. It goes to whoever has shown that mail to their address reaches them, with an
 * account or without.
 */
import { createHmac } from 'node:crypto';
import { and, asc, eq, exists, gt, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { account, membership, person } from '../accounts/schema.ts';
import { usageDay } from '../usage/schema.ts';
import type { DateParts } from './parts.ts';
import { announcement } from './schema.ts';

const BATCH_PEOPLE = 100;
const DAY_MS = 86_400_000;
/** How long ago a model may have been used by whom its price concerns. */
const USED_DAYS = 90;

/** Goes on with those that are not over. */
export async function tellEverybody(parts: DateParts, signal: AbortSignal): Promise<void> {
  const open = await parts.services.db
    .select({ id: announcement.id })
    .from(announcement)
    .where(isNull(announcement.endedAt))
    .orderBy(asc(announcement.at));
  for (const { id } of open) while (!signal.aborted && (await tellSome(parts, id)));
}

/** Whether there are more. */
async function tellSome({ services, notices, now }: DateParts, id: Id): Promise<boolean> {
  const people = await services.db.transaction(async (tx) => {
    const [row] = await tx.select().from(announcement).where(eq(announcement.id, id)).for('update');
    if (row === undefined || row.endedAt !== null) return 0;
    const next = await nextPeople(tx, row, now());
    const values = JSON.parse(row.values) as Record<string, string>;
    for (const whom of next)
      await notices.send(tx, {
        template: row.template,
        person: whom,
        values,
        id: idFor(services.pepper, id, whom),
      });
    const last = next.at(-1);
    await tx
      .update(announcement)
      .set(last === undefined ? { endedAt: new Date(now()) } : { doneTo: last })
      .where(eq(announcement.id, id));
    return next.length;
  });
  notices.wake();
  return people > 0;
}

type Announced = typeof announcement.$inferSelect;

/** The next in the order of their ids. */
async function nextPeople(tx: Tx, { models, doneTo, until }: Announced, now: number): Promise<Id[]> {
  const further = and(
    doneTo === null ? undefined : gt(person.id, doneTo),
    until === null ? undefined : lte(person.id, until),
  );
  const found = await tx
    .select({ id: person.id })
    .from(person)
    .where(
      and(isNotNull(person.emailVerifiedAt), further, models === null ? undefined : pays(tx, models, now)),
    )
    .orderBy(asc(person.id))
    .limit(BATCH_PEOPLE);
  return found.map(({ id }) => id);
}

/** Whether they see to the money of an account that has credit, or used one of these models of late. */
function pays(tx: Tx, models: readonly number[], now: number): SQL {
  const since = new Date(now - USED_DAYS * DAY_MS);
  const one = { one: sql`1` };
  const used = tx
    .select(one)
    .from(usageDay)
    .where(
      and(eq(usageDay.account, account.id), inArray(usageDay.model, [...models]), gt(usageDay.day, since)),
    );
  return exists(
    tx
      .select(one)
      .from(membership)
      .innerJoin(account, eq(account.id, membership.account))
      .where(
        and(
          eq(membership.person, person.id),
          inArray(membership.role, ['owner', 'billing']),
          or(gt(account.balance, 0), exists(used)),
        ),
      ),
  );
}

const idFor = (pepper: string, of: Id, whom: Id): Id =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept announcement v1\n${of} ${whom}`)
    .digest('hex')
    .slice(0, 32);
