/** One entry of the ledger and the balance with it, in a transaction of the writer's (decision 13). */
import { sql } from 'drizzle-orm';
import type { Tx } from '../../store/store.ts';
import type { ledgerEntry } from './schema.ts';

/** Drawn beforehand: a reason is sealed for its row, and the record names the entry. */
export async function nextNumber(tx: Tx): Promise<number> {
  const { rows } = await tx.execute<{ number: string }>(sql`select nextval('ledger_entry_id_seq') as number`);
  return Number(rows[0]?.number);
}

/** Books the entry and answers the balance that it makes. Whoever runs the transaction tells memory. */
export async function book(tx: Tx, row: typeof ledgerEntry.$inferInsert): Promise<number> {
  const { rows } = await tx.execute<{ balance: string }>(sql`
    with entry as (
      insert into ledger_entry (id, account_id, kind, amount_microusd, reason)
      values (${row.id}, ${row.account}, ${row.kind}, ${row.amount}, ${row.reason ?? null})
      returning account_id, amount_microusd
    )
    update account set balance_microusd = balance_microusd + entry.amount_microusd
    from entry where account.id = entry.account_id returning balance_microusd as balance`);
  return Number(rows[0]?.balance);
}
