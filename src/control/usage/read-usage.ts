/** Reads an account's usage: sums over all of it, and its records page by page, newest first. */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { usageDay, usageRecord } from './schema.ts';

export type UsageRow = typeof usageRecord.$inferSelect;

/** Where the next page starts: after this record. */
export interface Place {
  readonly startedAt: Date;
  readonly id: Id;
}

const sum = (column: typeof usageDay.price) => sql<string>`coalesce(sum(${column}), 0)`.mapWith(Number);

/** Sums of everything that was not voided, as far back as its days are kept. */
export async function usageTotals(db: Db, account: Id) {
  const [totals] = await db
    .select({
      requests: sum(usageDay.requests),
      prompt_tokens: sum(usageDay.promptTokens),
      cached_tokens: sum(usageDay.cachedTokens),
      completion_tokens: sum(usageDay.completionTokens),
      reasoning_tokens: sum(usageDay.reasoningTokens),
      price_microusd: sum(usageDay.price),
    })
    .from(usageDay)
    .where(eq(usageDay.account, account));
  if (totals === undefined) throw new Error('a sum without a row');
  return totals;
}

/** At most `limit` records that were not voided, newest first, after `after`. */
export function usagePage(db: Db, account: Id, after: Place | null, limit: number): Promise<UsageRow[]> {
  // Compared as a row, so that the index finds the place; two conditions joined by `or` are looked through from the top.
  const older =
    after === null
      ? undefined
      : sql`(${usageRecord.startedAt}, ${usageRecord.id}) < (${after.startedAt.toISOString()}::timestamptz, ${after.id}::uuid)`;
  return db
    .select()
    .from(usageRecord)
    .where(and(eq(usageRecord.account, account), isNull(usageRecord.voidedAt), older))
    .orderBy(desc(usageRecord.startedAt), desc(usageRecord.id))
    .limit(limit);
}
