/**
 * The transparency report: how many demands there were in each half of a year that is over, by who asked and what came of it, in
 * bands. A case that may not be told of is in it from when that is over and no moment sooner, so that nothing changes because of it.
 */
import { and, count, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { recordEntry } from '../../store/ledger/schema.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { Store } from '../../store/store.ts';
import { disclosureCase } from './schema.ts';
import { CASE_KINDS, type CaseKind, LEGAL_KINDS, OUTCOMES, type Outcome, type OwnKind } from './words.ts';

/** Numbers are told in steps of so many. */
const STEP = 10;
/** As long as cases are kept. */
const HALVES_MAX = 12;

/** A number lies in here, both ends included. */
export interface Band {
  readonly at_least: number;
  readonly at_most: number;
}

export interface HalfYear {
  /** Like `2027-H1`: January to June; UTC. */
  readonly period: string;
  readonly kinds: readonly { readonly kind: CaseKind; readonly outcomes: Readonly<Record<Outcome, Band>> }[];
}

export interface TransparencyReport {
  readonly periods: readonly HalfYear[];
}

/** 0, 1 to 9, 10 to 19 and so on. */
export function bandOf(exact: number): Band {
  if (exact === 0) return { at_least: 0, at_most: 0 };
  const from = exact - (exact % STEP);
  return { at_least: Math.max(1, from), at_most: from + STEP - 1 };
}

interface Half {
  readonly year: number;
  readonly half: 1 | 2;
}

const nameOf = ({ year, half }: Half): string => `${year}-H${half}`;
const JULY = 6;
const halfAt = (at: Date): Half => ({
  year: at.getUTCFullYear(),
  half: at.getUTCMonth() < JULY ? 1 : 2,
});
const before = ({ year, half }: Half): Half => (half === 2 ? { year, half: 1 } : { year: year - 1, half: 2 });
const isBefore = (one: Half, other: Half): boolean =>
  one.year < other.year || (one.year === other.year && one.half < other.half);

/** Those that are over, the newest first, since the record began. */
function halvesUntil(now: Date, since: Date): Half[] {
  const halves: Half[] = [];
  const first = halfAt(since);
  for (let at = before(halfAt(now)); halves.length < HALVES_MAX && !isBefore(at, first); at = before(at))
    halves.push(at);
  return halves;
}

/** Cases that are answered and may be told of. */
export const isTellable = and(
  isNotNull(disclosureCase.closedAt),
  or(isNull(disclosureCase.gagUntil), isNotNull(disclosureCase.gagOverAt)),
);

interface ReportParts {
  readonly store: Pick<Store, 'db' | 'now'>;
  /** What the operator may begin here: shown also where there was none. */
  readonly own: readonly OwnKind[];
  /** The time, or `ClockDoubted`. */
  readonly believed: () => Promise<number>;
}

async function reportOf({ store, own, believed }: ReportParts): Promise<TransparencyReport> {
  const { db } = store;
  const now = new Date(await believed());
  const [oldest] = await db.select({ at: sql<string | null>`min(${recordEntry.at})` }).from(recordEntry);
  const { closedAt, kind, outcome } = disclosureCase;
  const lots = await db
    .select({
      year: sql<number>`extract(year from ${closedAt} at time zone 'UTC')::int`,
      half: sql<number>`case when extract(month from ${closedAt} at time zone 'UTC') <= ${JULY} then 1 else 2 end`,
      kind,
      outcome,
      count: count(),
    })
    .from(disclosureCase)
    .where(isTellable)
    .groupBy(sql`1, 2, 3, 4`);
  const counted: ReadonlySet<string> = new Set([...LEGAL_KINDS, ...own, ...lots.map((lot) => lot.kind)]);
  const kinds = CASE_KINDS.filter((each) => counted.has(each));
  const since = oldest?.at == null ? now : new Date(oldest.at);
  return {
    periods: halvesUntil(now, since).map((half) => ({
      period: nameOf(half),
      kinds: kinds.map((each) => ({
        kind: each,
        outcomes: Object.fromEntries(
          OUTCOMES.map((what) => [
            what,
            bandOf(
              lots.find(
                (lot) =>
                  lot.year === half.year &&
                  lot.half === half.half &&
                  lot.kind === each &&
                  lot.outcome === what,
              )?.count ?? 0,
            ),
          ]),
        ) as Record<Outcome, Band>,
      })),
    })),
  };
}

/** Made anew at most so often. */
const KEPT_MS = 600_000;

/** Kept in memory, so that a page costs nothing and its time says nothing. */
export function keptReport(parts: ReportParts) {
  let made: { readonly at: number; readonly report: Promise<TransparencyReport> } | null = null;
  let last: TransparencyReport = { periods: [] };
  /** No half-year is over because a clock jumped: meanwhile it stays as it was. */
  const make = async (): Promise<TransparencyReport> => {
    try {
      last = await reportOf(parts);
    } catch (error) {
      if (!(error instanceof ClockDoubted)) throw error;
    }
    return last;
  };
  return {
    read: async (): Promise<TransparencyReport> => {
      const at = performance.now();
      if (made === null || at - made.at > KEPT_MS) made = { at, report: make() };
      try {
        return await made.report;
      } catch (error) {
        made = null;
        throw error;
      }
    },
    /** A case may be told of that could not. */
    forget: () => {
      made = null;
    },
  };
}
