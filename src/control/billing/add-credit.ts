/**
 * Adds credit to an account (or takes it back, with a negative amount): one ledger entry, the balance with it, and its
 * entry in the record.
 */
import type { Id } from '../../link/ids.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import type { Act } from '../../store/store.ts';
import { WriterLost } from '../../store/writer.ts';
import { type Actor, named, OPERATOR } from '../actor.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { book, nextNumber } from './book.ts';
import { ledgerEntry } from './schema.ts';

/**
 * `by`: who adds it, for the record: a member of staff by the random id of their person. Answers the balance afterwards,
 * in micro-dollars. In the writer's order, so that memory and database agree. Throws `Problem` 503 when the connection
 * broke meanwhile: then the ledger must be looked at before trying again; 409 where use is not paid from credit.
 */
export async function addCredit(
  services: Services,
  account: Id,
  microUsd: number,
  reason: string,
  by: Actor = OPERATOR,
): Promise<number> {
  const { record, writer, money, billing } = services;
  if (billing !== 'prepaid') {
    throw new Problem(
      409,
      'no_credit_here',
      'Nobody needs credit here: use is counted and held by budgets. Set a budget of the account instead, or "billing": "prepaid" in the configuration.',
    );
  }
  const balance = await record
    .act(creditAct(services, { account, microUsd, reason, by }), {
      transaction: writer.transaction,
      committed: () => money.credit(account, microUsd),
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

export interface Credit {
  readonly account: Id;
  readonly microUsd: number;
  readonly reason: string;
  readonly by: Actor;
}

/** Ledger entry, balance and entry in the record, in a transaction of the writer's; whoever runs it tells memory. */
export const creditAct =
  ({ vault }: Pick<Services, 'vault'>, { account, microUsd, reason, by }: Credit): Act<number> =>
  async (tx, enter) => {
    const entry = await nextNumber(tx);
    const booked = { id: entry, account, kind: 'credit', amount: microUsd, reason } as const;
    const after = await book(tx, sealRow(vault, ledgerEntry, booked));
    await enter({
      kind: 'credit_change',
      role: by.role,
      about: { kind: 'account', id: account },
      content: { account, ledger_entry: entry, amount_microusd: microUsd, ...named(by) },
    });
    return after;
  };
