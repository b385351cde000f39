/** Keys before rows: nobody's row is ever without the key that it is sealed under, and an address is one person's. */
import { eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { isOutage } from '../../store/failures.ts';
import { RecordBehind } from '../../store/ledger/record-behind.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { person } from './schema.ts';

type Parts = Pick<Services, 'db' | 'keys' | 'creating'>;

/**
 * Makes the keys of somebody new, binds the address to them, and runs `work`, which writes their rows; where that fails,
 * the keys go again. Throws `Problem` 409 (`account_exists`) where the address is somebody else's, and what `work` throws.
 */
export async function withNewKeys<Done>(
  services: Parts,
  { whom, email, others = [] }: { whom: Id; email: string; others?: readonly SubjectName[] },
  work: () => Promise<Done>,
): Promise<Done> {
  const subjects: SubjectName[] = [{ kind: 'person', id: whom }, ...others];
  services.creating.add(whom);
  try {
    await claim(services, subjects, email, whom);
    return await work().catch(async (error: unknown) => {
      // Where it was committed, or that is not known, the keys stay: whoever asks for the address next finds out.
      if (!mayStand(error)) await services.keys.destroy(subjects);
      throw error;
    });
  } finally {
    services.creating.delete(whom);
  }
}

async function claim(
  services: Parts,
  subjects: readonly SubjectName[],
  email: string,
  whom: Id,
): Promise<void> {
  const { keys } = services;
  for (const { kind, id } of subjects) await keys.create(kind, id);
  if ((await keys.setLookup('email', email, whom)) === 'set') return;
  await dropUnfinished(services, email);
  if ((await keys.setLookup('email', email, whom)) === 'set') return;
  await keys.destroy(subjects);
  throw new Problem(
    409,
    'account_exists',
    'An account with this e-mail address exists already; use that one.',
  );
}

/** A look-up without a person is left of a creation that was cut off between its keys and its rows. */
async function dropUnfinished({ db, keys, creating }: Parts, email: string): Promise<void> {
  const owner = keys.lookup('email', email);
  if (owner === null || creating.has(owner)) return;
  const found = await db.select({ id: person.id }).from(person).where(eq(person.id, owner));
  if (found.length === 0) await keys.destroy([{ kind: 'person', id: owner }]);
}

export const mayStand = (error: unknown): boolean =>
  isOutage(error) || (error instanceof RecordBehind && error.code === 'committed');
