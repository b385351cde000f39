/** Restricts the use of a person's data, and of the accounts that are theirs alone (GDPR Art. 18), or ends that. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { lift, restrict } from '../../store/rights/restrict.ts';
import { accountsEndingWith, findPerson } from '../accounts/index.ts';
import type { Erasing } from './erase-account.ts';

export const restrictInput = z.strictObject({ restricted: z.boolean() });

interface Restricted {
  readonly restricted: boolean;
  /** False where it was so already. */
  readonly changed: boolean;
}

/** Throws `Problem` 404 or 409. */
export async function restrictPerson(
  erasing: Erasing,
  reference: string,
  { restricted }: z.output<typeof restrictInput>,
): Promise<Restricted> {
  return setRestriction(erasing, await findPerson(erasing.services, reference), restricted, 'operator');
}

/** `role`: of who asks for it. */
export async function setRestriction(
  { services, store }: Erasing,
  person: Id,
  restricted: boolean,
  role: 'person' | 'operator',
): Promise<Restricted> {
  if (!restricted) return { restricted, changed: await lift(store, person, role) };
  const accounts = await accountsEndingWith(services.db, person);
  return { restricted, changed: await restrict(store, { person, accounts }, role) };
}
