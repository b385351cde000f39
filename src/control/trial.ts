/** The local trial account: what `kept ask` uses, made at its first use with a little credit. */
import { createAccount, findAccount } from './accounts/index.ts';
import { addCredit } from './billing/index.ts';
import { createKey } from './keys/index.ts';
import { outward } from './outward.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';

/** Not an address that mail could go to. */
export const TRIAL_EMAIL = 'trial@localhost';
const TRIAL_CREDIT_MICRO_USD = 1_000_000;

/** A new key of the trial account; the account and its credit are made once. */
export async function makeTrialKey(
  services: Services,
): Promise<{ account: string; id: string; key: string }> {
  const account = await trialAccount(services);
  const { id, key } = await createKey(services, { account, name: 'kept ask' });
  return { account: outward('acct', account), id: outward('key', id), key };
}

async function trialAccount(services: Services): Promise<string> {
  try {
    const id = await createAccount(services, {
      email: TRIAL_EMAIL,
      name: 'Trial on this machine',
      staffRole: null,
      way: 'trial',
    });
    await addCredit(services, id, TRIAL_CREDIT_MICRO_USD, 'local trial');
    return id;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'account_exists') throw error;
    return (await findAccount(services.db, TRIAL_EMAIL)).id;
  }
}
