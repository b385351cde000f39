/** Dates of one person that are coming, the soonest first: what ends, what is deleted, until when we answer them. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { outward } from '../outward.ts';
import { privacyRequest } from '../requests/schema.ts';
import { endingCardsOf } from './ending-cards.ts';
import { endingKeysOf } from './ending-keys.ts';
import type { DateParts } from './parts.ts';
import { plansOf } from './renewing-plans.ts';

export interface ComingDate {
  /** The same as long as the date is that of the same thing. */
  readonly uid: string;
  /** ISO 8601. */
  readonly at: string;
  readonly what: string;
  /** The page about it. */
  readonly url: string;
}

export async function comingDates(parts: DateParts, whom: Id): Promise<readonly ComingDate[]> {
  const dates = await Promise.all([
    keys(parts, whom),
    plans(parts, whom),
    cards(parts, whom),
    deletion(parts, whom),
    answers(parts, whom),
  ]);
  return dates.flat().sort((one, other) => one.at.localeCompare(other.at));
}

async function keys(parts: DateParts, whom: Id): Promise<ComingDate[]> {
  const ending = await endingKeysOf(parts, whom, parts.now());
  return ending.map((key) => ({
    uid: `key-${key.id}`,
    at: new Date(key.at).toISOString(),
    what: `The API key “${key.name}” ends`,
    url: `${parts.siteUrl}/console/${outward('acct', key.account)}/keys`,
  }));
}

async function plans(parts: DateParts, whom: Id): Promise<ComingDate[]> {
  const coming = await plansOf(parts, whom, parts.now());
  return coming.map((plan) => ({
    uid: `plan-${plan.id}`,
    at: new Date(plan.at).toISOString(),
    what: `The plan “${plan.name}” ${plan.endsThen ? 'ends' : 'renews'}`,
    url: `${parts.siteUrl}/console/${outward('acct', plan.account)}/credit/plan`,
  }));
}

async function cards(parts: DateParts, whom: Id): Promise<ComingDate[]> {
  const ending = await endingCardsOf(parts, whom, parts.now());
  return ending.map((card) => ({
    uid: `card-${card.id}-${card.at}`,
    at: new Date(card.at).toISOString(),
    what: `The card that pays for ${card.paysFor} expires`,
    url: `${parts.siteUrl}/console/${outward('acct', card.account)}/credit/portal`,
  }));
}

async function deletion({ services, siteUrl }: DateParts, whom: Id): Promise<ComingDate[]> {
  const open = await services.db.transaction((tx) => findOpen(tx, { kind: 'person', id: whom }));
  if (open === null || open.state !== 'scheduled') return [];
  return [
    {
      uid: `deletion-${open.id}`,
      at: open.dueAt.toISOString(),
      what: 'Your account is deleted',
      url: `${siteUrl}/console/leaving`,
    },
  ];
}

async function answers({ services, siteUrl }: DateParts, whom: Id): Promise<ComingDate[]> {
  const rows = await services.db
    .select({ id: privacyRequest.id, dueAt: privacyRequest.dueAt })
    .from(privacyRequest)
    .where(and(eq(privacyRequest.person, whom), isNull(privacyRequest.closedAt)))
    .orderBy(asc(privacyRequest.dueAt));
  return rows.map(({ id, dueAt }) => ({
    uid: `request-${id}`,
    at: dueAt.toISOString(),
    what: 'We answer your request about your data by then',
    url: `${siteUrl}/console/profile#requests`,
  }));
}
