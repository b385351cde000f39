/**
 * The one way by which numbers about people become public (DISCLOSE-1): a closed list, of a year that is over, each
 * published once and for all with noise of its own. ε-differential privacy for one person and one year: whoever knows
 * everybody else's data learns hardly anything of theirs from all of it. C. Dwork, A. Roth, The Algorithmic Foundations of
 * Differential Privacy (2014), 3.3.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import type { Store, Tx } from '../../store/store.ts';
import { asRole } from '../../store/walls/as-role.ts';
import { USAGE_DAYS } from '../usage/schema.ts';
import { type Draw, discreteLaplace } from './discrete-laplace.ts';
import { type Statistic, statistics } from './list.ts';
import { statistic, statisticBudget } from './schema.ts';
import { EPSILON_MAX_MILLI, type StatisticsSettings } from './settings.ts';

export interface PublishingParts {
  readonly store: Pick<Store, 'db'>;
  readonly record: Pick<LocalRecordKeeper, 'act'>;
  readonly settings: StatisticsSettings;
  /** Left out: from the system's generator. */
  readonly draw?: Draw;
}

/** ε is counted in thousandths, so that both numbers of the noise's scale are whole. */
const MILLI = 1_000;

const DAY_MS = 86_400_000;
const YEAR_DAYS_MAX = 366;
/** Later in the year, some of the use of its first days has reached its end, and a sum would be too small. */
const IN_TIME_MS = (USAGE_DAYS - YEAR_DAYS_MAX) * DAY_MS;

/**
 * In the first weeks of a year, all statistics of the last one that are not published yet; an instance that was off then
 * publishes none of it. `now`: a time that is believed, ms since 1970. Answers how many.
 */
export async function publishStatistics(parts: PublishingParts, now: number): Promise<number> {
  const running = new Date(now).getUTCFullYear();
  if (now - Date.UTC(running, 0) > IN_TIME_MS) return 0;
  const year = running - 1;
  const milli = Math.floor(parts.settings.epsilonMilli / statistics.length);
  let published = 0;
  for (const each of statistics) if (await publish(parts, each, { year, milli, now })) published++;
  return published;
}

interface Of {
  readonly year: number;
  /** What it costs, in thousandths of ε. */
  readonly milli: number;
  readonly now: number;
}

/** False where it is published already, or the year's budget is used up. */
async function publish(parts: PublishingParts, of: Statistic, { year, milli, now }: Of): Promise<boolean> {
  if (await isPublished(parts.store.db, of, year)) return false;
  const sums = await sumsOf(parts.store.db, of, year);
  return parts.record.act(async (tx, enter) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`statistic ${year}`}))`);
    if ((await isPublished(tx, of, year)) || !(await spend(tx, year, milli))) return false;
    const rows = of.parts.map((part) => ({
      year,
      name: of.name,
      part,
      value: (sums.get(part) ?? 0) + discreteLaplace(of.bound * MILLI, milli, parts.draw),
      bound: of.bound,
      epsilon: milli,
      publishedAt: new Date(now),
    }));
    await tx.insert(statistic).values(rows);
    await enter({
      kind: 'publication',
      role: 'system',
      about: null,
      content: { what: 'statistic', statistic: of.name, year, epsilon_milli: milli, bound: of.bound },
    });
    return true;
  });
}

/** False: too little of the year is left. */
async function spend(tx: Tx, year: number, milli: number): Promise<boolean> {
  const { spent } = statisticBudget;
  const left = sql`${spent} + ${milli} <= ${EPSILON_MAX_MILLI}`;
  const rows = await tx
    .insert(statisticBudget)
    .values({ year, spent: milli })
    .onConflictDoUpdate({
      target: statisticBudget.year,
      set: { spent: sql`${spent} + ${milli}` },
      setWhere: left,
    })
    .returning({ year: statisticBudget.year });
  return rows.length > 0;
}

async function isPublished(db: Pick<Tx, 'select'>, { name }: Statistic, year: number): Promise<boolean> {
  const rows = await db
    .select({ name: statistic.name })
    .from(statistic)
    .where(and(eq(statistic.year, year), eq(statistic.name, name)))
    .limit(1);
  return rows.length > 0;
}

/** In the role that can read nothing else. */
async function sumsOf(
  db: Store['db'],
  { sql: query }: Statistic,
  year: number,
): Promise<Map<string, number>> {
  const [before = '', after = ''] = query.split('$1');
  const { rows } = await asRole(db, 'kept_statistics', {}, (tx) =>
    tx.execute<{ part: string; sum: string | number }>(sql`${sql.raw(before)}${year}${sql.raw(after)}`),
  );
  return new Map(rows.map(({ part, sum }) => [part, Number(sum)]));
}
