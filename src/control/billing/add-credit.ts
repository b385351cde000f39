/** Adds credit to an account (or takes it back, with a negative amount): one ledger entry, and the balance with it. */
import type { Id } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import { WriterLost } from '../../store/writer.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { ledgerEntry } from './schema.ts';

const CREDIT = {
  name: 'add-credit',
  text: `
    with entry as (
      insert into ledger_entry (id, account_id, kind, amount_microusd, reason) values ($1, $2, 'credit', $3, $4)
      returning account_id, amount_microusd
    )
    update account set balance_microusd = balance_microusd + entry.amount_microusd
    from entry where account.id = entry.account_id returning balance_microusd as balance`,
};

/**
 * Answers the balance afterwards, in micro-dollars. In the writer's order, so that memory and database agree. Throws
 * `Problem` 503 when the connection broke meanwhile: then the ledger must be looked at before trying again.
 */
export async function addCredit(
  services: Services,
  account: Id,
  microUsd: number,
  reason: string,
): Promise<number> {
  const balance = await services.writer
    .once(async (client) => {
      const drawn = await client.query<{ number: string }>("select nextval('ledger_entry_id_seq') as number");
      const number = Number(drawn.rows[0]?.number);
      const sealed = sealRow(services.vault, ledgerEntry, {
        id: number,
        account,
        kind: 'credit',
        amount: microUsd,
        reason,
      });
      const changed = await client.query<{ balance: string }>({
        ...CREDIT,
        values: [number, account, microUsd, sealed.reason],
      });
      services.money.credit(account, microUsd);
      return Number(changed.rows[0]?.balance);
    })
    .catch((error: unknown) => {
      if (!(error instanceof WriterLost)) throw error;
      throw new Problem(
        503,
        'outcome_unknown',
        'The database broke off meanwhile. See with `kept account show` whether the credit is there before you add it again.',
      );
    });
  services.log('info', 'credit_added', { account });
  return balance;
}
