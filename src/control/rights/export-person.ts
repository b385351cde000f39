/** A person's export as the operator's command takes it: everything about them and the accounts that they own. */
import type { Readable } from 'node:stream';
import type { Id } from '../../link/ids.ts';
import { exportData } from '../../store/rights/export.ts';
import { Refused } from '../../store/rights/failures.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Erasing } from './erase-account.ts';

/** The archive as it is made. Throws `Problem` 404, 409 (being erased) or 503 (too many at once). */
export async function exportPerson(
  erasing: Erasing,
  reference: string,
  signal: AbortSignal,
): Promise<Readable> {
  return exportOf(erasing, await findPerson(erasing.services, reference), signal);
}

/** The archive of this person, as it is made. Throws `Problem` 409 or 503. */
export async function exportOf(
  { services, store, settings }: Erasing,
  person: Id,
  signal: AbortSignal,
): Promise<Readable> {
  const accounts = await accountsOwnedBy(services.db, person);
  const { ledger } = settings;
  try {
    const { stream, done } = await exportData(
      store,
      { person, accounts },
      {
        erasureBegun: (subject) => ledger.erased(subject),
        signal,
      },
    );
    // A failure ends the stream; nobody else waits for this.
    done.catch(() => {});
    return stream;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'busy') {
      throw new Problem(503, 'busy', 'Two exports run already. Try again when one of them has ended.');
    }
    throw new Problem(
      409,
      error.code,
      'This person is being erased, so there is nothing to export any more.',
    );
  }
}
