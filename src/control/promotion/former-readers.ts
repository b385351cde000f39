/** Readers of the newsletter who left it and have nothing else here: nothing of them is needed any more. */
import { and, eq, isNull, lt, notExists, or, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { withoutAccount } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { consent } from '../consent/schema.ts';
import { registration } from '../events/schema.ts';
import { importedContact } from '../imports/schema.ts';
import { conversation } from '../messages/schema.ts';
import { privacyRequest } from '../requests/schema.ts';
import type { PromotionParts } from './parts.ts';
import { newsletterReader } from './schema.ts';

const DAY_MS = 86_400_000;
/** How long who unsubscribed is known: what came by mail meanwhile can still be answered. */
export const FORMER_DAYS = 30;
const BATCH_MAX = 100;

/** 100 at most. `now`: ms since 1970. */
export async function formerReaders(
  { store: { db } }: Pick<PromotionParts, 'store'>,
  now: number,
): Promise<Id[]> {
  const before = new Date(now - FORMER_DAYS * DAY_MS);
  const one = { one: sql`1` };
  const theirs = and(eq(consent.person, person.id), eq(consent.purpose, 'promotional_mail'));
  // A consent that stands, or did so a while ago.
  const recent = or(isNull(consent.withdrawnAt), sql`${consent.withdrawnAt} >= ${before}`);
  const given = eq(consent.answer, 'given');
  const asks = and(eq(privacyRequest.person, person.id), isNull(privacyRequest.closedAt));
  const found = await db
    .select({ id: person.id })
    .from(newsletterReader)
    .innerJoin(person, eq(person.id, newsletterReader.person))
    .where(
      and(
        lt(newsletterReader.since, before),
        notExists(
          db
            .select(one)
            .from(consent)
            .where(and(theirs, given, recent)),
        ),
        notExists(db.select(one).from(privacyRequest).where(asks)),
        ...[conversation, registration, importedContact].map((table) =>
          notExists(db.select(one).from(table).where(eq(table.person, person.id))),
        ),
        ...withoutAccount(db),
      ),
    )
    .limit(BATCH_MAX);
  return found.map(({ id }) => id);
}
