/** What gateways are told of an account. */
import type { AccountState } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import type { Account } from './find-account.ts';
import { account } from './schema.ts';

export function toAccountState(row: Account): AccountState {
  return {
    id: row.id,
    active: row.active && !row.awaitsAddress,
    limits: {
      requestsPerMinute: row.requestsPerMinute,
      tokensPerMinute: row.tokensPerMinute,
      concurrency: row.concurrency,
      budgetDay: row.budgetDay,
      budgetMonth: row.budgetMonth,
    },
    terms: {
      zeroRetention: row.zeroRetention,
      allowTraining: row.allowTraining,
      region: row.region,
      allowSharedCache: row.allowSharedCache,
    },
  };
}

/** All accounts. */
export async function accountStates(db: Db): Promise<AccountState[]> {
  return (await db.select().from(account)).map(toAccountState);
}
