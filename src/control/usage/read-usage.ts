/** Reads an account's usage: sums over all of it, and its records page by page, newest first. */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { usageRecord } from './schema.ts';

export type UsageRow = typeof usageRecord.$inferSelect;

/** Where the next page starts: after this record. */
export interface Place {
  readonly startedAt: Date;
  readonly id: Id;
}

const sum = (column: typeof usageRecord.price) => sql<string>`coalesce(sum(${column}), 0)`.mapWith(Number);

const charged = (account: Id) => and(eq(usageRecord.account, account), isNull(usageRecord.voidedAt));

/** Sums of everything that was not voided. */
export async function usageTotals(db: Db, account: Id) {
  const [totals] = await db
    .select({
      requests: sql<string>`count(*)`.mapWith(Number),
      prompt_tokens: sum(usageRecord.promptTokens),
      cached_tokens: sum(usageRecord.cachedTokens),
      completion_tokens: sum(usageRecord.completionTokens),
      reasoning_tokens: sum(usageRecord.reasoningTokens),
      price_microusd: sum(usageRecord.price),
    })
    .from(usageRecord)
    .where(charged(account));
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
    .where(and(charged(account), older))
    .orderBy(desc(usageRecord.startedAt), desc(usageRecord.id))
    .limit(limit);
}
