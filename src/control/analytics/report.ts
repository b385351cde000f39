/**
 * What the operator reads: sums by week (Monday to Sunday, UTC), of groups that are large enough. A group counts when on
 * one day at least ten browsers were in it; smaller ones are summed as `fewer`, and where that is still too small, the
 * smallest other group joins it, so that nothing follows by subtraction. Numbers of the running week are rounded down
 * to tens, so that asking twice does not show who came in between.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Store } from '../../store/store.ts';
import { GROUP_MIN } from '../statistics/index.ts';
import { pageView } from './schema.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const WEEKS = 12;
const FEWER = 'fewer';

export interface Group {
  readonly name: string;
  readonly views: number;
  /** Browsers of a day, summed over the days. */
  readonly visits: number;
  readonly seconds_mean: number;
}
export interface Week {
  /** Its Monday. */
  readonly from: string;
  readonly running: boolean;
  readonly pages: readonly Group[];
  readonly referrers: readonly Group[];
  readonly devices: readonly Group[];
}

const DIMENSIONS = {
  pages: sql`${pageView.page}`,
  referrers: sql`coalesce(${pageView.referrer}, 'none')`,
  devices: sql`${pageView.browser} || ', ' || ${pageView.system}`,
} as const;

/** The newest first; weeks in which no group is large enough are left out. */
export async function report({ db, now }: Pick<Store, 'db' | 'now'>): Promise<readonly Week[]> {
  const running = Math.floor((now() - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
  const weeks: Week[] = [];
  for (let from = running; from > running - WEEKS * WEEK_MS; from -= WEEK_MS) {
    const groups = (dimension: SQL) => groupsOf(db, dimension, from, from === running);
    const week = {
      from: new Date(from).toISOString().slice(0, 10),
      running: from === running,
      pages: await groups(DIMENSIONS.pages),
      referrers: await groups(DIMENSIONS.referrers),
      devices: await groups(DIMENSIONS.devices),
    };
    if (week.pages.length + week.referrers.length + week.devices.length > 0) weeks.push(week);
  }
  return weeks;
}

interface Sum {
  readonly name: string;
  readonly views: number;
  readonly visits: number;
  readonly seconds: number;
  /** The most browsers on one day. */
  readonly size: number;
}

async function groupsOf(db: Store['db'], dimension: SQL, from: number, isRunning: boolean): Promise<Group[]> {
  const shown = (await sums(db, dimension, from))
    .filter(({ size }) => size >= GROUP_MIN)
    .map(({ name }) => name);
  let groups = await sums(db, mapped(dimension, shown), from);
  const fewer = groups.find(({ name }) => name === FEWER);
  if (fewer !== undefined && fewer.size < GROUP_MIN) {
    // The smallest of the others joins it; where there is none, nothing is shown.
    const smallest = groups.filter(({ name }) => name !== FEWER).sort((one, two) => one.size - two.size)[0];
    if (smallest === undefined) return [];
    const rest = shown.filter((name) => name !== smallest.name);
    groups = await sums(db, mapped(dimension, rest), from);
  }
  const count = (exact: number) => (isRunning ? exact - (exact % GROUP_MIN) : exact);
  return groups
    .map(({ name, views, visits, seconds }) => ({
      name,
      views: count(views),
      visits: count(visits),
      seconds_mean: Math.round(seconds / views),
    }))
    .sort((one, two) => Number(one.name === FEWER) - Number(two.name === FEWER) || two.views - one.views);
}

const mapped = (dimension: SQL, shown: readonly string[]): SQL =>
  sql`case when ${dimension} = any(${sql.param(shown)}::text[]) then ${dimension} else ${FEWER}::text end`;

async function sums(db: Store['db'], dimension: SQL, from: number): Promise<Sum[]> {
  const [begin, end] = [new Date(from).toISOString(), new Date(from + WEEK_MS).toISOString()];
  const { rows } = await db.execute<{
    name: string;
    views: string;
    visits: string;
    seconds: string;
    size: string;
  }>(sql`
    with days as (
      select ${dimension} as name, date_trunc('day', ${pageView.at} at time zone 'UTC') as day,
        count(*) as views, count(distinct ${pageView.visit}) as visits, sum(${pageView.seconds}) as seconds
      from ${pageView} where ${pageView.at} >= ${begin}::timestamptz and ${pageView.at} < ${end}::timestamptz
      group by 1, 2)
    select name, sum(views) as views, sum(visits) as visits, sum(seconds) as seconds, max(visits) as size
    from days group by name`);
  return rows.map(({ name, views, visits, seconds, size }) => ({
    name,
    views: Number(views),
    visits: Number(visits),
    seconds: Number(seconds),
    size: Number(size),
  }));
}
