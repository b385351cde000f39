/** What an account used in a span of days (UTC): the sums of each day, by model and key. */
import { and, asc, eq, gt, gte, lte } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { usageDay } from './schema.ts';

/** Days like `2026-11-24`, both of them part of it. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface UsageSum {
  readonly day: string;
  /** A number of the catalogue. */
  readonly model: number;
  readonly key: Id;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Micro-dollars. */
  readonly price: number;
}

/** Days, models and keys with at least one request that was not voided; the earliest day first. */
export async function usageInSpan(db: Db, account: Id, { from, to }: Span): Promise<UsageSum[]> {
  const { day, model, key, requests, promptTokens, completionTokens, price } = usageDay;
  const rows = await db
    .select({ day, model, key, requests, promptTokens, completionTokens, price })
    .from(usageDay)
    .where(
      and(
        eq(usageDay.account, account),
        gte(day, new Date(`${from}T00:00:00Z`)),
        lte(day, new Date(`${to}T00:00:00Z`)),
        gt(requests, 0),
      ),
    )
    .orderBy(asc(day), asc(model), asc(key));
  return rows.map((row) => ({ ...row, day: row.day.toISOString().slice(0, 10) }));
}
