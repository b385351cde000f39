/** Makes a person and their account, and tells the gateways. */
import { type Id, newId } from '../../link/ids.ts';
import { isDuplicate } from '../../store/failures.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { toAccountState } from './account-state.ts';
import { account, membership, person, type STAFF_ROLES, type WAYS } from './schema.ts';

export interface NewAccount {
  /** Normalised. */
  readonly email: string;
  readonly name: string;
  readonly staffRole: (typeof STAFF_ROLES)[number] | null;
  readonly way: (typeof WAYS)[number];
}

/** Throws `Problem` 409 when the address has an account already. */
export async function createAccount(services: Services, made: NewAccount): Promise<Id> {
  const row = await services.db
    .transaction(async (tx) => {
      const personId = newId();
      await tx
        .insert(person)
        .values({ id: personId, email: made.email, name: made.name, staffRole: made.staffRole });
      const [created] = await tx
        .insert(account)
        .values({ id: newId(), name: made.name, way: made.way })
        .returning();
      if (created === undefined) throw new Error('an inserted account is not returned');
      await tx.insert(membership).values({ person: personId, account: created.id, role: 'owner' });
      return created;
    })
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      throw new Problem(
        409,
        'account_exists',
        'An account with this e-mail address exists already; use that one.',
      );
    });
  services.directory.putAccount(toAccountState(row));
  services.log('info', 'account_created', { account: row.id });
  return row.id;
}
