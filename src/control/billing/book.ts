/** One entry of the ledger and the balance with it, in a transaction of the writer's (decision 13). */
import { sql } from 'drizzle-orm';
import { prepare, run } from '../../store/prepared.ts';
import type { Tx } from '../../store/store.ts';
import type { ledgerEntry } from './schema.ts';

/** Drawn beforehand: a reason is sealed for its row, and the record names the entry. */
export async function nextNumber(tx: Tx): Promise<number> {
  const [row] = await run<{ number: string }>(tx, NEXT);
  return Number(row?.number);
}

const NEXT = prepare(sql`select nextval('ledger_entry_id_seq') as number`);

/** Books the entry and answers the balance that it makes. Whoever runs the transaction tells memory. */
export async function book(tx: Tx, row: typeof ledgerEntry.$inferInsert): Promise<number> {
  const { id, account, kind, amount, reason = null } = row;
  const [after] = await run<{ balance: string }>(tx, BOOK, { id, account, kind, amount, reason });
  return Number(after?.balance);
}

const given = sql.placeholder;
const BOOK = prepare(sql`
  with entry as (
    insert into ledger_entry (id, account_id, kind, amount_microusd, reason)
    values (${given('id')}, ${given('account')}, ${given('kind')}, ${given('amount')}, ${given('reason')})
    returning account_id, amount_microusd
  )
  update account set balance_microusd = balance_microusd + entry.amount_microusd
  from entry where account.id = entry.account_id returning balance_microusd as balance`);
