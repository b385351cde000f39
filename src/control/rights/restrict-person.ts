/** Restricts the use of a person's data, and of the accounts that are theirs alone (GDPR Art. 18), or ends that. */
import { z } from 'zod';
import { lift, restrict } from '../../store/rights/restrict.ts';
import { accountsEndingWith, findPerson } from '../accounts/index.ts';
import type { Erasing } from './erase-account.ts';

export const restrictInput = z.strictObject({ restricted: z.boolean() });

/** `changed`: false where it was so already. Throws `Problem` 404 or 409. */
export async function restrictPerson(
  { services, store }: Erasing,
  reference: string,
  { restricted }: z.output<typeof restrictInput>,
): Promise<{ readonly restricted: boolean; readonly changed: boolean }> {
  const person = await findPerson(services, reference);
  if (!restricted) return { restricted, changed: await lift(store, person, 'operator') };
  const accounts = await accountsEndingWith(services.db, person);
  return { restricted, changed: await restrict(store, { person, accounts }, 'operator') };
}
