/** Ends what accounts and people can still do: gateways hear at once that their keys are none any more. */
import { sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { prepare, run } from '../../store/prepared.ts';
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
  const keys = await run<{ id: string }>(tx, KEYS, { accounts, people });
  for (const id of accounts) {
    const state = directory.account(id);
    if (state === undefined) continue;
    // What it allowed is over with it.
    directory.putAccount({ ...state, active: false, terms: { ...state.terms, allowTraining: false } });
  }
  for (const { id } of keys) {
    const state = directory.key(id.replaceAll('-', ''));
    if (state !== undefined) directory.putKey({ ...state, active: false });
  }
}

const KEYS = prepare(sql`
  select ${apiKey.id} from ${apiKey}
  where ${apiKey.account} = any(${sql.placeholder('accounts')}::uuid[])
    or ${apiKey.person} = any(${sql.placeholder('people')}::uuid[])`);
