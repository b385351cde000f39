/**
 * How far the ledger was replayed into this database: of nobody before the mark is a row left in it. The mark stands in
 * the database, so that a restored or copied one brings its own. It counts only for the ledger that it was set for.
 */
import { eq } from 'drizzle-orm';
import type { Db } from '../database.ts';
import type { ErasureLedger } from '../ledger/erasure-ledger.ts';
import { ledgerMark } from '../ledger/schema.ts';
import type { Tx } from '../store.ts';

const LEDGER = 'erasures';

/** Lines that need no look any more; 0 where the mark is of another ledger, or of more lines than this one has. */
export async function replayedLines(db: Db | Tx, ledger: ErasureLedger): Promise<number> {
  const [mark] = await db.select().from(ledgerMark).where(eq(ledgerMark.ledger, LEDGER));
  return mark !== undefined && ledger.digest(mark.lines) === mark.last ? mark.lines : 0;
}

/** In the transaction that took out the rows of the last of these lines; those before it are done. */
export async function markReplayed(tx: Tx, ledger: ErasureLedger, lines: number): Promise<void> {
  const last = ledger.digest(lines);
  if (last === null) throw new RangeError('the ledger has fewer lines');
  const mark = { ledger: LEDGER, lines, last };
  await tx.insert(ledgerMark).values(mark).onConflictDoUpdate({ target: ledgerMark.ledger, set: mark });
}
