/** Finds a person by their e-mail address, or by the id of an account that they alone own. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { inward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { normaliseEmail } from './email.ts';
import { membership } from './schema.ts';

/** Throws `Problem` 404, or 409 when several people own the account. */
export async function findPerson(
  { db, keys }: Pick<Services, 'db' | 'keys'>,
  reference: string,
): Promise<Id> {
  const account = inward('acct', reference);
  if (account === null) return keys.lookup('email', normaliseEmail(reference)) ?? nobody();
  const owners = await db
    .select({ person: membership.person })
    .from(membership)
    .where(and(eq(membership.account, account), eq(membership.role, 'owner')))
    .limit(2);
  const [only, another] = owners;
  if (only === undefined) return nobody();
  if (another !== undefined) {
    throw new Problem(
      409,
      'several_owners',
      'Several people own this account. Name the one you mean by their e-mail address.',
    );
  }
  return only.person;
}

function nobody(): never {
  throw new Problem(404, 'no_such_account', 'There is no such person or account.');
}
