/** What an account used in a span of days (UTC), summed by day, model and key. */
import { sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';

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
  const { rows } = await db.execute<Record<keyof UsageSum, string>>(sql`
    select (started_at at time zone 'utc')::date as day, model, replace(key_id::text, '-', '') as key,
      count(*) as requests, sum(prompt_tokens)::bigint as "promptTokens",
      sum(completion_tokens)::bigint as "completionTokens", sum(price_microusd)::bigint as price
    from usage_record
    where account_id = ${account} and voided_at is null
      and started_at >= ${`${from}T00:00:00Z`}::timestamptz
      and started_at < ${`${to}T00:00:00Z`}::timestamptz + interval '24 hours'
    group by 1, 2, key_id order by 1, 2, 3`);
  return rows.map((row) => ({
    day: String(row.day),
    key: row.key,
    model: Number(row.model),
    requests: Number(row.requests),
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
    price: Number(row.price),
  }));
}
