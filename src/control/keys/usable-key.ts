/** The same look at a key as the gateway's, where there is no gateway between. */
import { eq } from 'drizzle-orm';
import { looksLikeApiKey } from '../../link/api-key.ts';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { isUsable } from '../accounts/index.ts';
import { account } from '../accounts/schema.ts';
import type { Services } from '../services.ts';
import { networksOf } from './key-state.ts';
import { hashKey } from './pepper.ts';
import { apiKey } from './schema.ts';

export interface UsableKey {
  readonly account: Id;
  /** CIDR; null: it may be used from everywhere. */
  readonly networks: readonly string[] | null;
}

/**
 * The key that `text` is, where the API would take it now: it is active and not over, and its account may be used. A key
 * of a playground is none, since no person ever had it in their hands.
 */
export async function usableKey(services: Services, tx: Tx, text: string): Promise<UsableKey | null> {
  if (!looksLikeApiKey(text)) return null;
  const [found] = await tx
    .select()
    .from(apiKey)
    .innerJoin(account, eq(account.id, apiKey.account))
    .where(eq(apiKey.hash, hashKey(services.pepper, text)));
  if (found === undefined) return null;
  const { api_key: key, account: its } = found;
  const isOver = key.expiresAt !== null && key.expiresAt.getTime() <= Date.now();
  if (key.state !== 'active' || key.person !== null || isOver || !isUsable(its, services)) return null;
  return { account: its.id, networks: networksOf(services.vault, key) };
}
