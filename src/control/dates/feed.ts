/**
 * The address by which a calendar reads somebody's dates: random, shown once and stored as a hash, one for each person;
 * another takes its place, and it can be taken back.
 */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { hashToken, isToken, newToken } from '../random-token.ts';
import { calendarOf } from './calendar.ts';
import { comingDates } from './coming.ts';
import type { DateParts } from './parts.ts';
import { calendarFeed } from './schema.ts';

const ENDING = '.ics';

/** Answers the address. */
export async function makeFeed({ services, siteUrl, now }: DateParts, whom: Id): Promise<string> {
  const token = newToken();
  const set = { token: hashToken(token), since: new Date(now()) };
  await services.db
    .insert(calendarFeed)
    .values({ person: whom, ...set })
    .onConflictDoUpdate({ target: calendarFeed.person, set });
  return `${siteUrl}/calendar/${token}${ENDING}`;
}

/** Nothing happens where there is none. */
export async function endFeed({ services }: DateParts, whom: Id): Promise<void> {
  await services.db.delete(calendarFeed).where(eq(calendarFeed.person, whom));
}

/** Since when there is one, ISO 8601; null: there is none. */
export async function feedSince({ services }: DateParts, whom: Id): Promise<string | null> {
  const [row] = await services.db
    .select({ since: calendarFeed.since })
    .from(calendarFeed)
    .where(eq(calendarFeed.person, whom));
  return row?.since.toISOString() ?? null;
}

/** `file`: the last part of the address. Null: it is none of ours, or not any more. */
export async function readFeed(parts: DateParts, file: string): Promise<string | null> {
  const { services, siteUrl, now } = parts;
  const token = file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : '';
  if (!isToken(token)) return null;
  const [row] = await services.db
    .select({ person: calendarFeed.person })
    .from(calendarFeed)
    .where(eq(calendarFeed.token, hashToken(token)));
  if (row === undefined || !services.keys.has('person', row.person)) return null;
  return calendarOf(await comingDates(parts, row.person), new URL(siteUrl).hostname, now());
}
