/**
 * How many requests came and how they were answered, by year, and in how many days (11 CCR § 7102). Staff see numbers;
 * everybody sees bands of ten, of the last whole year and by kind alone: nothing that is shown is a number of requests, so
 * that nothing smaller than a group follows by subtraction, and a year that is over does not show who asks now.
 */
import { and, count, gte, lt, ne, sql } from 'drizzle-orm';
import { placeName } from '../law/index.ts';
import { GROUP_MIN } from '../statistics/index.ts';
import { ASKED_RIGHTS, type AskedRight, type Decision, REQUEST_KINDS, type RequestKind } from './asks.ts';
import type { RequestParts } from './parts.ts';
import { privacyRequest } from './schema.ts';

/** What can be counted of requests; those that were joined with another are not. */
export const COUNTED = ['received', 'granted', 'part', 'refused', 'not_proven', 'withdrawn'] as const;
export type Counted = (typeof COUNTED)[number];

export interface Figures extends Readonly<Record<Counted, number>> {
  /** From the day that it came to the decision; null: none was decided. */
  readonly median_days: number | null;
}

export interface YearOfFigures {
  /** UTC. */
  readonly year: number;
  readonly kinds: readonly (Figures & { readonly kind: RequestKind })[];
  readonly places: readonly (Figures & { readonly place: string })[];
}

const yearOf = (ms: number): number => new Date(ms).getUTCFullYear();

/** This year and the last: of earlier ones some are gone already (`RECORD_DAYS`). */
export async function figuresForStaff(parts: RequestParts): Promise<readonly YearOfFigures[]> {
  const year = yearOf(parts.erasing.store.now());
  const lots = await lotsOf(parts, year - 1, year);
  return [year, year - 1].map((each) => figuresOf(each, lots));
}

function figuresOf(year: number, lots: readonly Lot[]): YearOfFigures {
  const kinds = sums(year, lots, 'right');
  return {
    year,
    kinds: REQUEST_KINDS.flatMap((kind) => {
      const found = kinds.get(kind);
      return found === undefined ? [] : [{ kind, ...found.figures }];
    }),
    places: [...sums(year, lots, 'place')]
      .map(([place, { figures }]) => ({ place: placeName(place), ...figures }))
      .sort((one, other) => other.received - one.received || one.place.localeCompare(other.place)),
  };
}

/** Requests that are alike in all that is counted. */
interface Lot {
  readonly year: number;
  readonly right: RequestKind;
  readonly place: string;
  /** Of an appeal that was granted, what it led to; null: nothing was decided. */
  readonly outcome: Decision | null;
  readonly withdrawn: boolean;
  /** Whole ones from the day that it came to the decision; what is answered on the day is answered in 0. */
  readonly days: number | null;
  readonly count: number;
}

/** One look at the table, whatever is asked of it afterwards. Both years included. */
async function lotsOf({ erasing }: RequestParts, from: number, to: number): Promise<Lot[]> {
  const { right, place, receivedAt, decidedAt, state, decision, appealDecision } = privacyRequest;
  return erasing.services.db
    .select({
      year: sql<number>`extract(year from ${receivedAt} at time zone 'UTC')::int`,
      right,
      place,
      outcome: sql<Decision | null>`case when ${appealDecision} in ('whole', 'part') then ${appealDecision}
        else ${decision} end`,
      withdrawn: sql<boolean>`${state} = 'withdrawn'`,
      days: sql<number | null>`round(extract(epoch from ${decidedAt} - ${receivedAt}) / 86400)::int`,
      count: count(),
    })
    .from(privacyRequest)
    .where(
      and(
        gte(receivedAt, new Date(Date.UTC(from, 0))),
        lt(receivedAt, new Date(Date.UTC(to + 1, 0))),
        ne(state, 'joined'),
      ),
    )
    .groupBy(sql`1, 2, 3, 4, 5, 6`);
}

const AS: Readonly<Record<Decision, Exclude<Counted, 'received' | 'withdrawn'>>> = {
  whole: 'granted',
  part: 'part',
  refused: 'refused',
  not_proven: 'not_proven',
};

const NONE: Figures = {
  received: 0,
  granted: 0,
  part: 0,
  refused: 0,
  not_proven: 0,
  withdrawn: 0,
  median_days: null,
};

interface Sum {
  readonly figures: Figures;
  readonly decided: number;
}

function sums(year: number, lots: readonly Lot[], by: 'right' | 'place'): Map<string, Sum> {
  const groups = Map.groupBy(
    lots.filter((lot) => lot.year === year),
    (lot) => lot[by],
  );
  return new Map([...groups].map(([name, group]) => [name, sumOf(group)]));
}

function sumOf(lots: readonly Lot[]): Sum {
  const figures = { ...NONE, median_days: null as number | null };
  const days: { readonly days: number; readonly count: number }[] = [];
  for (const { outcome, withdrawn, days: taken, count } of lots) {
    figures.received += count;
    const what = withdrawn ? 'withdrawn' : outcome === null ? null : AS[outcome];
    if (what !== null) figures[what] += count;
    if (what === null || what === 'withdrawn' || what === 'not_proven' || taken === null) continue;
    days.push({ days: taken, count });
  }
  figures.median_days = medianOf(days);
  return { figures, decided: figures.granted + figures.part + figures.refused };
}

/** Between the two in the middle, where there are two; null: of none. */
function medianOf(lots: readonly { readonly days: number; readonly count: number }[]): number | null {
  let all = 0;
  const sorted = lots
    .toSorted((one, other) => one.days - other.days)
    .map(({ days, count }) => {
      all += count;
      return { days, last: all };
    });
  const at = (rank: number): number => sorted.find(({ last }) => rank <= last)?.days ?? 0;
  return all === 0 ? null : Math.round((at(Math.ceil(all / 2)) + at(Math.floor(all / 2) + 1)) / 2);
}

/** A number of requests lies in here, both ends included. */
export interface Band {
  readonly at_least: number;
  readonly at_most: number;
}

const bandOf = (exact: number): Band => {
  const at_least = exact - (exact % GROUP_MIN);
  return { at_least, at_most: at_least + GROUP_MIN - 1 };
};

export interface PublicFigures {
  /** The last that is over (UTC). */
  readonly year: number;
  /** The smallest group that is told from a smaller one. */
  readonly group_min: number;
  readonly kinds: readonly (Readonly<Record<Counted, Band>> & {
    readonly kind: AskedRight;
    /** Null: of a group that is too small. */
    readonly median_days: number | null;
  })[];
}

/** Made anew at most so often: it is a year that is over. */
const KEPT_MS = 3_600_000;

export function keptFigures(parts: RequestParts): () => Promise<PublicFigures> {
  let made: { readonly at: number; readonly figures: Promise<PublicFigures> } | null = null;
  return async () => {
    const at = performance.now();
    if (made === null || at - made.at > KEPT_MS) made = { at, figures: figuresForEverybody(parts) };
    try {
      return await made.figures;
    } catch (error) {
      made = null;
      throw error;
    }
  };
}

/** Every right stands there, asked for or not, since a row that is missing would say that nobody asked. */
async function figuresForEverybody(parts: RequestParts): Promise<PublicFigures> {
  const year = yearOf(parts.erasing.store.now()) - 1;
  const found = sums(year, await lotsOf(parts, year, year), 'right');
  const kinds = ASKED_RIGHTS.map((kind) => {
    const { figures, decided } = found.get(kind) ?? { figures: NONE, decided: 0 };
    const bands = Object.fromEntries(COUNTED.map((what) => [what, bandOf(figures[what])]));
    return {
      kind,
      ...(bands as Record<Counted, Band>),
      median_days: decided < GROUP_MIN ? null : figures.median_days,
    };
  });
  return { year, group_min: GROUP_MIN, kinds };
}
