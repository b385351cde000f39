/** The desk's list of requests: what waits for an answer by the day that it is due, or all, the newest first. */
import { and, asc, count, desc, eq, gt, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { placeName } from '../law/index.ts';
import { countOpenOf } from '../outside/index.ts';
import { type Decision, type Door, isRight, type RequestKind } from './asks.ts';
import type { RequestParts } from './parts.ts';
import { privacyRequest, REPORT_WAITS, type RequestRow, WAITS } from './schema.ts';
import type { RequestState } from './states.ts';

export const PAGE_REQUESTS = 50;
const DAY_MS = 86_400_000;
/** What is due within so long is marked, and told to those who decide. */
export const SOON_MS = 7 * DAY_MS;
/** A refusal and its appeal need two people. */
const DECIDERS_MIN = 2;
const DECIDER_ROLE: StaffRole = 'privacy';

export interface QueuedRequest {
  readonly id: Id;
  readonly right: RequestKind;
  readonly place: string;
  readonly door: Door;
  readonly state: RequestState;
  readonly decision: Decision | null;
  readonly receivedAt: string;
  readonly dueAt: string;
  readonly urgency: 'late' | 'soon' | null;
  /** Tasks in systems outside that are open. */
  readonly outside: number;
}

export interface Queue {
  readonly requests: readonly QueuedRequest[];
  /** Names the next page; null at the end. */
  readonly next: string | null;
  readonly open: number;
  readonly soon: number;
  readonly late: number;
  /** Too few people may decide: an appeal would find nobody. */
  readonly deciders: { readonly count: number; readonly tooFew: boolean };
}

export const urgencyOf = (row: Pick<RequestRow, 'dueAt' | 'state' | 'closedAt'>, now: number) => {
  if (row.closedAt !== null || row.state === 'delivered') return null;
  const left = row.dueAt.getTime() - now;
  return left < 0 ? ('late' as const) : left < SOON_MS ? ('soon' as const) : null;
};

/** How many wait, and how many of them are due. */
export async function countWaiting(
  { erasing: { services } }: RequestParts,
  now: number,
): Promise<Pick<Queue, 'open' | 'soon' | 'late'>> {
  const dueBy = (at: number) => sql`${privacyRequest.dueAt} < ${new Date(at).toISOString()}::timestamptz`;
  const [counted] = await services.db
    .select({
      open: count(),
      soon: sql<number>`count(*) filter (where ${dueBy(now + SOON_MS)} and not ${dueBy(now)})::int`,
      late: sql<number>`count(*) filter (where ${dueBy(now)})::int`,
    })
    .from(privacyRequest)
    .where(WAITS);
  return counted ?? { open: 0, soon: 0, late: 0 };
}

export interface RequestFigures extends Pick<Queue, 'open' | 'soon' | 'late'> {
  /** How many people may decide. */
  readonly deciders: number;
}

export async function requestFigures(parts: RequestParts): Promise<RequestFigures> {
  const counted = await countWaiting(parts, parts.erasing.store.now());
  return { ...counted, deciders: (await decidersOf(parts)).length };
}

/** `after`: as `next` was. */
export async function queue(
  parts: RequestParts,
  { all, after }: { readonly all: boolean; readonly after: string | null },
): Promise<Queue> {
  const now = parts.erasing.store.now();
  const from = placeIn(after);
  const page = all ? pageOf(parts, 'all', from) : waitingPage(parts, from);
  const [rows, counted, deciders] = await Promise.all([page, countWaiting(parts, now), decidersOf(parts)]);
  const shown = rows.slice(0, PAGE_REQUESTS);
  const outside = await countOpenOf(
    parts.erasing.services.db,
    shown.map(({ id }) => id),
  );
  const last = rows.length > PAGE_REQUESTS ? shown.at(-1) : undefined;
  return {
    requests: shown.map((row) => queued(row, now, outside.get(row.id))),
    next: last === undefined ? null : placeOf(last, all),
    ...counted,
    deciders: { count: deciders.length, tooFew: deciders.length < DECIDERS_MIN },
  };
}

type List = 'all' | 'reports' | 'rights';

interface Place {
  /** After one of the reports, which come first. */
  readonly reports: boolean;
  readonly at: Date;
  readonly id: Id;
}

/** Reports of children's accounts first, then all else; each by the day that it is due. */
async function waitingPage(parts: RequestParts, from: Place | null): Promise<RequestRow[]> {
  if (from !== null && !from.reports) return pageOf(parts, 'rights', from);
  const reports = await pageOf(parts, 'reports', from);
  const more = reports.length > PAGE_REQUESTS ? [] : await pageOf(parts, 'rights', null);
  return [...reports, ...more].slice(0, PAGE_REQUESTS + 1);
}

const IN_LIST: Readonly<Record<List, SQL | undefined>> = {
  all: undefined,
  rights: and(WAITS, ne(privacyRequest.right, 'child_report')),
  reports: REPORT_WAITS,
};

/** One more than a page shows, where there are more. */
function pageOf({ erasing }: RequestParts, list: List, from: Place | null): Promise<RequestRow[]> {
  const { id, enteredAt, dueAt } = privacyRequest;
  const [key, order, further] = list === 'all' ? [enteredAt, desc, lt] : [dueAt, asc, gt];
  const beyond =
    from === null ? undefined : or(further(key, from.at), and(eq(key, from.at), gt(id, from.id)));
  return erasing.services.db
    .select()
    .from(privacyRequest)
    .where(and(IN_LIST[list], beyond))
    .orderBy(order(key), asc(id))
    .limit(PAGE_REQUESTS + 1);
}

const REPORT = 'report~';
const AFTER = /^(report~)?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~([0-9a-f]{32})$/;

const placeOf = ({ right, enteredAt, dueAt, id }: RequestRow, all: boolean): string =>
  `${all || isRight(right) ? '' : REPORT}${(all ? enteredAt : dueAt).toISOString()}~${id}`;

function placeIn(after: string | null): Place | null {
  const [, report, at, id] = AFTER.exec(after ?? '') ?? [];
  const moment = Date.parse(at ?? '');
  return id === undefined || Number.isNaN(moment)
    ? null
    : { reports: report !== undefined, at: new Date(moment), id };
}

export const queued = (row: RequestRow, now: number, outside = 0): QueuedRequest => ({
  id: row.id,
  right: row.right,
  place: placeName(row.place),
  door: row.door,
  state: row.state,
  decision: row.decision,
  receivedAt: row.receivedAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  urgency: urgencyOf(row, now),
  outside,
});

/** Who may decide now, by their random ids. */
export async function decidersOf({ erasing: { services, store } }: RequestParts): Promise<Id[]> {
  const { id, staffRole, staffUntil } = person;
  const rows = await services.db
    .select({ id, staffRole, staffUntil })
    .from(person)
    .where(eq(staffRole, DECIDER_ROLE));
  return rows.flatMap((row) => (standingRole(row, store.now()) === DECIDER_ROLE ? [row.id] : []));
}

/** Those that are due before `until` (ms since 1970) and that nobody was told of since `since`. */
export const unwarned = (
  { erasing: { services } }: RequestParts,
  { until, since }: { readonly until: number; readonly since: number },
): Promise<{ readonly id: Id }[]> =>
  services.db
    .select({ id: privacyRequest.id })
    .from(privacyRequest)
    .where(
      and(
        WAITS,
        lte(privacyRequest.dueAt, new Date(until)),
        or(isNull(privacyRequest.warnedAt), lt(privacyRequest.warnedAt, new Date(since))),
      ),
    );
