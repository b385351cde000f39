/** How far a database's rows have been brought up to the choice ledger. The mark is restored with the rows. */
import { eq } from 'drizzle-orm';
import type { Db } from '../database.ts';
import type { Tx } from '../store.ts';
import type { ChoiceLedger, ChoiceMark } from './choice-ledger.ts';
import { ledgerMark } from './schema.ts';

const LEDGER = 'choices';

export async function readChoiceMark(db: Db | Tx): Promise<ChoiceMark | null> {
  const [row] = await db.select().from(ledgerMark).where(eq(ledgerMark.ledger, LEDGER));
  return row === undefined ? null : { lines: row.lines, last: row.last };
}

/** Says that the rows agree with everything that the ledger holds now; in the transaction that made them agree. */
export async function markChoices(db: Db | Tx, choices: ChoiceLedger): Promise<void> {
  const { mark } = choices;
  if (mark === null) return;
  await db
    .insert(ledgerMark)
    .values({ ledger: LEDGER, ...mark })
    .onConflictDoUpdate({ target: ledgerMark.ledger, set: mark });
}
