/** Changes what an account may do: limits, data terms, whether it is active. Gateways hear of it at once. */
import { eq } from 'drizzle-orm';
import type { Services } from '../services.ts';
import { toAccountState } from './account-state.ts';
import type { Account } from './find-account.ts';
import { account } from './schema.ts';

export type AccountChanges = Partial<
  Pick<
    Account,
    | 'active'
    | 'requestsPerMinute'
    | 'tokensPerMinute'
    | 'concurrency'
    | 'budgetDay'
    | 'budgetMonth'
    | 'zeroRetention'
    | 'allowTraining'
    | 'region'
    | 'allowSharedCache'
  >
>;

/** Applies `changes`; without any, nothing happens. Answers the account as it is now. */
export async function changeAccount(
  services: Services,
  before: Account,
  changes: AccountChanges,
): Promise<Account> {
  if (Object.keys(changes).length === 0) return before;
  return services.directory.exclusively(async () => {
    const [after] = await services.db
      .update(account)
      .set(changes)
      .where(eq(account.id, before.id))
      .returning();
    if (after === undefined) throw new Error('a changed account is not returned');
    services.directory.putAccount(toAccountState(after));
    return after;
  });
}
