/** The tie is taken back: what was measured stays as it is counted, and is about nobody from now on. */
import { eq, inArray, isNotNull } from 'drizzle-orm';
import type { Store, Tx } from '../../store/store.ts';
import { pageView } from './schema.ts';

/** In the transaction that takes the consent back. */
export async function cutTie(tx: Tx, person: string): Promise<void> {
  await tx.update(pageView).set({ person: null }).where(eq(pageView.person, person));
}

/** At the start: a restore may have brought back ties whose consents it took back. */
export async function cutTiesWithoutConsent({ db, consents }: Pick<Store, 'db' | 'consents'>): Promise<void> {
  const tied = await db
    .selectDistinct({ person: pageView.person })
    .from(pageView)
    .where(isNotNull(pageView.person));
  const people = tied.flatMap(({ person }) => (person === null ? [] : [person]));
  const standing = await consents.among(
    'tie_to_account',
    people.map((id) => ({ kind: 'person', id }) as const),
  );
  const without = people.filter((id) => !standing.has(id));
  if (without.length > 0)
    await db.update(pageView).set({ person: null }).where(inArray(pageView.person, without));
}
