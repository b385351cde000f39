/** The local trial account: what `kept ask` uses, made at its first use, with a little credit where that is needed. */
import type { Id } from '../link/ids.ts';
import { createAccount, findAccount } from './accounts/index.ts';
import { addCredit, hasLedger } from './billing/index.ts';
import { createKey } from './keys/index.ts';
import { outward } from './outward.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';

/** Not an address that mail could go to. */
const TRIAL_EMAIL = 'trial@localhost';
const TRIAL_CREDIT_MICRO_USD = 1_000_000;

/** A new key of the trial account; the account and its credit are made once. */
export async function makeTrialKey(
  services: Services,
): Promise<{ account: string; id: string; key: string }> {
  const account = await services.directory.exclusively(() => trialAccount(services));
  const { id, key } = await createKey(services, { account, name: 'kept ask' });
  return { account: outward('acct', account), id: outward('key', id), key };
}

/** Takes up where an earlier call was cut off: the credit is added to an account that never had any. */
async function trialAccount(services: Services): Promise<Id> {
  const account = await findOrCreate(services);
  if (services.billing === 'prepaid' && !(await hasLedger(services.db, account))) {
    await addCredit(services, account, TRIAL_CREDIT_MICRO_USD, 'local trial');
  }
  return account;
}

async function findOrCreate(services: Services): Promise<Id> {
  const made = { email: TRIAL_EMAIL, name: 'Trial on this machine', staffRole: null, way: 'trial' } as const;
  try {
    return (await createAccount(services, made)).account;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'account_exists') throw error;
    return (await findAccount(services, TRIAL_EMAIL)).id;
  }
}
