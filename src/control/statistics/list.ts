/** Every number about people that is published, with what one person adds to it at most. There are no others. */
import { BOUNDS, JOINED_BY } from './views.ts';

export const STATISTICS = ['people', 'requests', 'thousand_tokens', 'joined'] as const;
export type StatisticName = (typeof STATISTICS)[number];

export interface Statistic {
  readonly name: StatisticName;
  /** Its parts, all of them, whether or not anybody is in one; a part that is missing would say that nobody is. */
  readonly parts: readonly string[];
  /** What one person adds to all parts together at most. */
  readonly bound: number;
  /** Answers `part` and `sum` of the year in $1; parts of which nothing is known may be missing. */
  readonly sql: string;
}

export const ALL = 'all';

export const statistics: readonly Statistic[] = [
  {
    name: 'people',
    parts: [ALL],
    bound: 1,
    sql: `select '${ALL}' as part, count(*)::int as sum from statistic_use where year = $1`,
  },
  {
    name: 'requests',
    parts: [ALL],
    bound: BOUNDS.requests,
    sql: `select '${ALL}' as part, coalesce(sum(requests), 0)::bigint as sum from statistic_use where year = $1`,
  },
  {
    name: 'thousand_tokens',
    parts: [ALL],
    bound: BOUNDS.thousand_tokens,
    sql: `select '${ALL}' as part, coalesce(sum(thousand_tokens), 0)::bigint as sum from statistic_use where year = $1`,
  },
  {
    name: 'joined',
    parts: JOINED_BY,
    bound: 1,
    sql: 'select way as part, count(*)::int as sum from statistic_joined where year = $1 group by way',
  },
];
