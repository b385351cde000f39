/** What gateways are told of an account. Engines that train are not a setting of it: its consent decides (INFER-3). */
import { inArray } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { AccountState } from '../../link/words.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { toldLimits } from '../limits/index.ts';
import type { Services } from '../services.ts';
import type { Account } from './find-account.ts';
import { account } from './schema.ts';

/** Who knows whether an account is going to be deleted, or is being erased and kept by a legal hold alone. */
type Leaving = Pick<Services, 'isErased'> & { readonly keys: Pick<KeyStore, 'inGrace'> };

/** Whether its keys may be used: they rest while it waits for its owner's address, and from when it is going to be deleted. */
export const isUsable = (row: Account, { keys, isErased }: Leaving): boolean =>
  row.active &&
  row.unpaidRpm !== 0 &&
  !row.awaitsAddress &&
  !keys.inGrace(row.id) &&
  !isErased({ kind: 'account', id: row.id });

export function toAccountState(row: Account, leaving: Leaving, allowTraining: boolean): AccountState {
  return {
    id: row.id,
    active: isUsable(row, leaving),
    limits: toldLimits({ ...row, requestsPerMinute: lower(row.requestsPerMinute, row.unpaidRpm) }),
    terms: {
      zeroRetention: row.zeroRetention,
      allowTraining,
      region: row.region,
      allowSharedCache: row.allowSharedCache,
      withoutEngines: objectedTo(row, 'engine'),
      withoutRegions: objectedTo(row, 'region'),
    },
  };
}

/** Names of what they object to. */
export const objectedTo = (
  { objections }: Pick<Account, 'objections'>,
  kind: 'engine' | 'region',
): string[] =>
  objections.filter((each) => each.startsWith(`${kind} `)).map((each) => each.slice(kind.length + 1));

const lower = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** All accounts. */
export async function accountStates(
  services: Pick<Services, 'db' | 'keys' | 'consents' | 'isErased'>,
): Promise<AccountState[]> {
  const rows = await services.db.select().from(account);
  const allowing = await services.consents.everybody('engines_that_train');
  return rows.map((row) => toAccountState(row, services, allowing.has(row.id)));
}

/** Whether the account consents to engines that train. */
export async function allowsTraining({ consents }: Pick<Services, 'consents'>, id: Id): Promise<boolean> {
  return (await consents.among('engines_that_train', [{ kind: 'account', id }])).has(id);
}

/** Tells the gateways anew what these accounts may do, from what is stored. */
export async function tellGateways(
  services: Pick<Services, 'db' | 'keys' | 'directory' | 'consents' | 'isErased'>,
  accounts: readonly Id[],
): Promise<void> {
  const { db, directory, consents } = services;
  if (accounts.length === 0) return;
  await directory.exclusively(async () => {
    const rows = await db
      .select()
      .from(account)
      .where(inArray(account.id, [...accounts]));
    const subjects = accounts.map((id) => ({ kind: 'account', id }) as const);
    const allowing = await consents.among('engines_that_train', subjects);
    for (const row of rows) directory.putAccount(toAccountState(row, services, allowing.has(row.id)));
  });
}
