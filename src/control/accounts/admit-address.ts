/** Not again by the back door: who was erased is not added by others, but comes back at their own wish. */
import { Refused } from '../../store/rights/failures.ts';
import { refuseSuppressed, signedUpAgain } from '../../store/rights/suppress.ts';
import type { Store } from '../../store/store.ts';
import { Problem } from '../problem.ts';

/**
 * Before an operator makes an account. `askedByPerson`: the person themselves asked for it, and what kept their address
 * away is removed. Throws `Problem` 409.
 */
export async function admitAddress(store: Store, email: string, askedByPerson: boolean): Promise<void> {
  try {
    refuseSuppressed(store, email, 'invitation');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (askedByPerson) return signedUpAgain(store, email, 'operator');
    throw new Problem(
      409,
      'suppressed',
      'The person of this address had their data erased, or objected, and is not to be added again by others. If they themselves ask for this account, add --asked-by-person: what kept the address away is removed then.',
    );
  }
}
