/** What is refused whoever asks: an account always has an owner, and nobody changes who is not a member. */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { ownersOf } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';

/**
 * Throws `Problem` 409 where nobody else owns the account; whoever is about to be deleted, or is kept by a legal hold
 * alone, is none who stays. The caller has locked the account: two owners who leave at once come one after the other.
 */
export async function refuseLastOwner(
  { keys, isErased }: Pick<Services, 'keys' | 'isErased'>,
  tx: Tx,
  account: Id,
  person: Id,
): Promise<void> {
  const stays = (id: Id): boolean => !keys.inGrace(id) && !isErased({ kind: 'person', id });
  const staying = (await ownersOf(tx, account)).filter((owner) => owner !== person && stays(owner));
  if (staying.length === 0)
    throw new Problem(
      409,
      'last_owner',
      'An account always has an owner, and there is no other one who stays. Make another member an owner first.',
    );
}

export const noSuchMember = (): Problem =>
  new Problem(404, 'no_such_member', 'They do not belong to this account any more.');
