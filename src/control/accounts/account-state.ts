/**
 * What gateways are told of an account. Engines that train, and requests that are kept to find a fault, are no settings of
 * it: its consents decide (INFER-3, INFER-4).
 */
import { and, inArray, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { AccountState, Capture } from '../../link/words.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { capture } from '../capture/schema.ts';
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

/** What an account consents to, as far as gateways go by it. */
export interface Consented {
  readonly training: boolean;
  readonly capture: Capture | null;
}
/** Of an account that was just made. */
export const NOTHING_CONSENTED: Consented = { training: false, capture: null };

export function toAccountState(row: Account, leaving: Leaving, consented: Consented): AccountState {
  return {
    id: row.id,
    active: isUsable(row, leaving),
    limits: toldLimits({ ...row, requestsPerMinute: lower(row.requestsPerMinute, row.unpaidRpm) }),
    terms: {
      zeroRetention: row.zeroRetention,
      allowTraining: consented.training,
      region: row.region,
      allowSharedCache: row.allowSharedCache,
      withoutEngines: objectedTo(row, 'engine'),
      withoutRegions: objectedTo(row, 'region'),
    },
    capture: consented.capture,
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

type Asked = Pick<Services, 'db' | 'keys' | 'consents'>;

/** All accounts. */
export async function accountStates(services: Asked & Pick<Services, 'isErased'>): Promise<AccountState[]> {
  const rows = await services.db.select().from(account);
  const training = await services.consents.everybody('engines_that_train');
  const consented = await consentedBy(services, training, null);
  return rows.map((row) => toAccountState(row, services, consented(row.id)));
}

/** What one account consents to. */
export async function consentsOf(services: Asked, id: Id): Promise<Consented> {
  return (await consentsOfAll(services, [id]))(id);
}

async function consentsOfAll(services: Asked, ids: readonly Id[]): Promise<(id: Id) => Consented> {
  const subjects = ids.map((id) => ({ kind: 'account', id }) as const);
  return await consentedBy(services, await services.consents.among('engines_that_train', subjects), ids);
}

/** `ids`: null for all. A capture whose key is gone goes on for nobody. */
async function consentedBy(
  { db, keys, consents }: Asked,
  training: ReadonlySet<string>,
  ids: readonly Id[] | null,
): Promise<(id: Id) => Consented> {
  const rows = await db
    .select()
    .from(capture)
    .where(and(isNull(capture.stoppedAt), ids === null ? undefined : inArray(capture.account, [...ids])));
  const subjects = rows.map(({ account: id }) => ({ kind: 'account', id }) as const);
  const allowed = await consents.among('debug_capture', subjects);
  const going = rows.filter(({ id, account: of }) => allowed.has(of) && keys.has('capture', id));
  const captures = new Map(
    going.map(({ id, key, until, account: of }) => [of, { id, key, until: until.getTime() }]),
  );
  return (id) => ({ training: training.has(id), capture: captures.get(id) ?? null });
}

/** Tells the gateways anew what these accounts may do, from what is stored. */
export async function tellGateways(
  services: Asked & Pick<Services, 'directory' | 'isErased'>,
  accounts: readonly Id[],
): Promise<void> {
  const { db, directory } = services;
  if (accounts.length === 0) return;
  await directory.exclusively(async () => {
    const rows = await db
      .select()
      .from(account)
      .where(inArray(account.id, [...accounts]));
    const consented = await consentsOfAll(services, accounts);
    for (const row of rows) directory.putAccount(toAccountState(row, services, consented(row.id)));
  });
}
