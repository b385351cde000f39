/** A person's export: everything about them and the accounts that they own. */
import type { Readable } from 'node:stream';
import type { Id } from '../../link/ids.ts';
import { type Export, type ExportOptions, exportData } from '../../store/rights/export.ts';
import { Refused } from '../../store/rights/failures.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Erasing } from './erase-account.ts';

/** The accounts whose data are in it, and the archive as it is made. Throws `Refused`: `busy`, `erased`. */
export async function startExport(
  { services, store, outsideOf, settings: { ledger } }: Erasing,
  person: Id,
  options: Omit<ExportOptions, 'erasureBegun' | 'outside'>,
): Promise<Export & { readonly accounts: readonly Id[] }> {
  const accounts = await accountsOwnedBy(services.db, person);
  const viewer = { person, accounts };
  const made = await exportData(store, viewer, {
    ...options,
    outside: await outsideOf(person),
    erasureBegun: (subject) => ledger.erased(subject),
  });
  // A failure ends the stream; nobody else has to wait for this.
  made.done.catch(() => {});
  return { ...made, accounts };
}

/** As the operator's command takes it. Throws `Problem` 404, 409 (being erased) or 503 (too many at once). */
export async function exportPerson(
  erasing: Erasing,
  reference: string,
  signal: AbortSignal,
): Promise<Readable> {
  const person = await findPerson(erasing.services, reference);
  try {
    return (await startExport(erasing, person, { signal })).stream;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'busy') {
      throw new Problem(
        503,
        'busy',
        'Two exports run already, or something of this person is being entered. Try again in a moment.',
      );
    }
    throw new Problem(
      409,
      error.code,
      'This person is being erased, so there is nothing to export any more.',
    );
  }
}
