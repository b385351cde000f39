/**
 * How many requests came and how they were answered, by year, and in how many days (11 CCR § 7102). Staff see numbers;
 * everybody sees bands of ten, of the last whole year and by kind alone: nothing that is shown is a number of requests, so
 * that nothing smaller than a group follows by subtraction, and a year that is over does not show who asks now.
 */
import { and, count, gte, lt, ne, type SQL, sql } from 'drizzle-orm';
import { GROUP_MIN } from '../analytics/index.ts';
import { placeName } from '../law/index.ts';
import { ASKED_RIGHTS, type AskedRight, REQUEST_KINDS, type RequestKind } from './asks.ts';
import type { RequestParts } from './parts.ts';
import { privacyRequest } from './schema.ts';

/** What can be counted of requests; those that were joined with another are not. */
export const COUNTED = ['received', 'granted', 'part', 'refused', 'not_proven', 'withdrawn'] as const;
export type Counted = (typeof COUNTED)[number];

export interface Figures extends Readonly<Record<Counted, number>> {
  /** From the day that it came to the decision; null: none was decided. */
  readonly median_days: number | null;
}

interface Sum extends Figures {
  readonly name: string;
  readonly decided: number;
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
  return Promise.all([year, year - 1].map((each) => figuresOf(parts, each)));
}

async function figuresOf(parts: RequestParts, year: number): Promise<YearOfFigures> {
  const [kinds, places] = await Promise.all([
    sums(parts, year, sql`${privacyRequest.right}`),
    sums(parts, year, sql`${privacyRequest.place}`),
  ]);
  return {
    year,
    kinds: REQUEST_KINDS.flatMap((kind) => {
      const found = kinds.find(({ name }) => name === kind);
      return found === undefined ? [] : [{ kind, ...withoutName(found) }];
    }),
    places: places
      .map((sum) => ({ place: placeName(sum.name), ...withoutName(sum) }))
      .sort((one, other) => other.received - one.received || one.place.localeCompare(other.place)),
  };
}

const withoutName = ({ name: _name, decided: _decided, ...figures }: Sum): Figures => figures;

/** Of an appeal that was granted, what it led to. */
const OUTCOME = sql`case when ${privacyRequest.appealDecision} in ('whole', 'part')
  then ${privacyRequest.appealDecision} else ${privacyRequest.decision} end`;
const BY_DECISION = {
  granted: 'whole',
  part: 'part',
  refused: 'refused',
  not_proven: 'not_proven',
} as const satisfies Partial<Record<Counted, string>>;

async function sums({ erasing }: RequestParts, year: number, dimension: SQL): Promise<Sum[]> {
  const { receivedAt, decidedAt, state, decision } = privacyRequest;
  const isWithdrawn = sql`${state} = 'withdrawn'`;
  const counted = (of: string) =>
    sql<number>`count(*) filter (where ${OUTCOME} = ${of} and not ${isWithdrawn})::int`;
  const answered = sql`${decision} in ('whole', 'part', 'refused') and not ${isWithdrawn}`;
  const seconds = sql`extract(epoch from ${decidedAt} - ${receivedAt})`;
  const rows = await erasing.services.db
    .select({
      name: sql<string>`${dimension}`,
      received: count(),
      granted: counted(BY_DECISION.granted),
      part: counted(BY_DECISION.part),
      refused: counted(BY_DECISION.refused),
      not_proven: counted(BY_DECISION.not_proven),
      withdrawn: sql<number>`count(*) filter (where ${isWithdrawn})::int`,
      decided: sql<number>`count(*) filter (where ${answered})::int`,
      median: sql<
        number | null
      >`percentile_cont(0.5) within group (order by ${seconds}) filter (where ${answered})`,
    })
    .from(privacyRequest)
    .where(
      and(
        gte(receivedAt, new Date(Date.UTC(year, 0))),
        lt(receivedAt, new Date(Date.UTC(year + 1, 0))),
        ne(state, 'joined'),
      ),
    )
    .groupBy(dimension);
  return rows.map(({ median, ...sum }) => ({ ...sum, median_days: daysIn(median) }));
}

const DAY_SECONDS = 86_400;
/** Whole days; what is answered on the day is answered in 0. */
const daysIn = (seconds: number | null): number | null =>
  seconds === null ? null : Math.round(Number(seconds) / DAY_SECONDS);

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

const NONE: Omit<Sum, 'name'> = {
  received: 0,
  granted: 0,
  part: 0,
  refused: 0,
  not_proven: 0,
  withdrawn: 0,
  decided: 0,
  median_days: null,
};

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
  const found = await sums(parts, year, sql`${privacyRequest.right}`);
  const kinds = ASKED_RIGHTS.map((kind) => {
    const sum = found.find(({ name }) => name === kind) ?? NONE;
    const bands = Object.fromEntries(COUNTED.map((what) => [what, bandOf(sum[what])]));
    return {
      kind,
      ...(bands as Record<Counted, Band>),
      median_days: sum.decided < GROUP_MIN ? null : sum.median_days,
    };
  });
  return { year, group_min: GROUP_MIN, kinds };
}
