/** Whether anything was ever booked on an account. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { ledgerEntry } from './schema.ts';

export async function hasLedger(db: Db, account: Id): Promise<boolean> {
  const found = await db
    .select({ id: ledgerEntry.id })
    .from(ledgerEntry)
    .where(eq(ledgerEntry.account, account))
    .limit(1);
  return found.length > 0;
}
