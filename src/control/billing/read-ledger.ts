/** The ledger of an account, page by page, the newest entry first. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Services } from '../services.ts';
import { ledgerEntry } from './schema.ts';

/** At most `limit` entries before the one with the number `before`. */
export async function readLedger(
  { db, vault }: Pick<Services, 'db' | 'vault'>,
  of: Id,
  before: number | null,
  limit: number,
) {
  const its = eq(ledgerEntry.account, of);
  const rows = await db
    .select()
    .from(ledgerEntry)
    .where(before === null ? its : and(its, lt(ledgerEntry.id, before)))
    .orderBy(desc(ledgerEntry.id))
    .limit(limit);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    amount_microusd: row.amount,
    reason: readValue(vault, ledgerEntry, row, 'reason'),
    at: row.at.toISOString(),
  }));
}
