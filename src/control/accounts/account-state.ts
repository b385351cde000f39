/** What gateways are told of an account. */
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { AccountState } from '../../link/words.ts';
import type { Db } from '../../store/database.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import type { Services } from '../services.ts';
import type { Account } from './find-account.ts';
import { account } from './schema.ts';

type Grace = Pick<KeyStore, 'inGrace'>;

/** Its keys rest while it waits for its owner's address, and while it is going to be deleted. */
export function toAccountState(row: Account, keys: Grace): AccountState {
  return {
    id: row.id,
    active: row.active && !row.awaitsAddress && !keys.inGrace(row.id),
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
export async function accountStates(db: Db, keys: Grace): Promise<AccountState[]> {
  return (await db.select().from(account)).map((row) => toAccountState(row, keys));
}

/** Tells the gateways anew what these accounts may do, from what is stored. */
export async function tellGateways(
  { db, keys, directory }: Pick<Services, 'db' | 'keys' | 'directory'>,
  accounts: readonly Id[],
): Promise<void> {
  if (accounts.length === 0) return;
  await directory.exclusively(async () => {
    const rows = await db
      .select()
      .from(account)
      .where(inArray(account.id, [...accounts]));
    for (const row of rows) directory.putAccount(toAccountState(row, keys));
  });
}
