/** What was published, as everybody sees it. Whatever is done here to a number with noise gives nobody away. */
import { desc } from 'drizzle-orm';
import type { Store } from '../../store/store.ts';
import { ALL, STATISTICS, type StatisticName, statistics } from './list.ts';
import { statistic } from './schema.ts';
import type { StatisticsSettings } from './settings.ts';

export interface ShownPart {
  readonly part: string;
  /** Null: of a group that is too small to be shown. */
  readonly value: number | null;
}

export interface ShownStatistic {
  readonly statistic: StatisticName;
  readonly parts: readonly ShownPart[];
  /** What one person adds at most. */
  readonly bound: number;
  readonly epsilon: number;
  /** Nineteen times out of twenty the number without noise is no further away than this. */
  readonly within: number;
}

export interface YearOfStatistics {
  /** UTC. */
  readonly year: number;
  readonly published_at: string;
  readonly statistics: readonly ShownStatistic[];
}

export interface PublicStatistics {
  /** False: this instance publishes none. */
  readonly publishes: boolean;
  readonly group_min: number;
  readonly years: readonly YearOfStatistics[];
}

type Row = typeof statistic.$inferSelect;
const MILLI = 1_000;
/** Of the Laplace distribution: beyond so many scales lies one in twenty. */
const SCALES_95 = Math.log(20);

/** The newest first; what was published stays, also where the operator publishes no more. */
export async function publicStatistics(
  { db }: Pick<Store, 'db'>,
  settings: StatisticsSettings | null,
  groupMin: number,
): Promise<PublicStatistics> {
  const rows = await db.select().from(statistic).orderBy(desc(statistic.year));
  const years = Map.groupBy(rows, ({ year }) => year);
  return {
    publishes: settings !== null,
    group_min: groupMin,
    years: [...years].map(([year, of]) => yearOf(year, of, groupMin)),
  };
}

function yearOf(year: number, rows: readonly Row[], groupMin: number): YearOfStatistics {
  const people = rows.find(({ name, part }) => name === 'people' && part === ALL)?.value ?? 0;
  const shown = STATISTICS.flatMap((name) => {
    const parts = partsOf(name).flatMap((part) =>
      rows.filter((row) => row.name === name && row.part === part),
    );
    const [first] = parts;
    return first === undefined ? [] : [shownOf(first, parts, { people, groupMin })];
  });
  const last = Math.max(...rows.map(({ publishedAt }) => publishedAt.getTime()));
  return { year, published_at: new Date(last).toISOString(), statistics: shown };
}

const partsOf = (name: StatisticName): readonly string[] =>
  statistics.find((each) => each.name === name)?.parts ?? [];

function shownOf(
  { name, bound, epsilon }: Row,
  parts: readonly Row[],
  { people, groupMin }: { readonly people: number; readonly groupMin: number },
): ShownStatistic {
  const countsPeople = bound === 1;
  const isLarge = (value: number): boolean => (countsPeople ? value : people) >= groupMin;
  return {
    statistic: name,
    parts: parts.map(({ part, value }) => ({ part, value: isLarge(value) ? Math.max(0, value) : null })),
    bound,
    epsilon: epsilon / MILLI,
    within: Math.ceil((SCALES_95 * bound * MILLI) / epsilon),
  };
}
