/** Ends what accounts and people can still do: gateways hear at once that their keys are none any more. */
import { inArray, or } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import type { Services } from '../services.ts';
import { apiKey } from './schema.ts';

/**
 * Before the rows go. If the erasure's transaction fails after this, access stays ended: the erasure has been decided
 * and goes on at the next start.
 */
export async function endAccess(
  { directory }: Pick<Services, 'directory'>,
  tx: Tx,
  { accounts, people }: { readonly accounts: readonly Id[]; readonly people: readonly Id[] },
): Promise<void> {
  const keys = await tx
    .select({ id: apiKey.id })
    .from(apiKey)
    .where(or(inArray(apiKey.account, [...accounts]), inArray(apiKey.person, [...people])));
  for (const id of accounts) {
    const state = directory.account(id);
    if (state !== undefined) directory.putAccount({ ...state, active: false });
  }
  for (const { id } of keys) {
    const state = directory.key(id);
    if (state !== undefined) directory.putKey({ ...state, active: false });
  }
}
