/** Ends the key of somebody's playground in an account, where they may not use its models any more. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import type { Services } from '../services.ts';
import { type KeyRow, toKeyState } from './key-state.ts';
import { apiKey } from './schema.ts';

/** Answers what was ended, for `keysEnded` after the commit. */
export const endPlaygroundKey = (tx: Tx, account: Id, person: Id): Promise<KeyRow[]> =>
  tx
    .update(apiKey)
    .set({ state: 'revoked', revokedAt: new Date() })
    .where(and(eq(apiKey.account, account), eq(apiKey.person, person), eq(apiKey.state, 'active')))
    .returning();

/** Gateways hear of it. */
export function keysEnded(
  { directory, vault }: Pick<Services, 'directory' | 'vault'>,
  keys: readonly KeyRow[],
): void {
  for (const key of keys) directory.putKey(toKeyState(vault, key));
}
