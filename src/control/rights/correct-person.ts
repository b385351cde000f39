/** Corrects one value of a person's (GDPR Art. 16) by the name that `kept person show` gave it. */
import { z } from 'zod';
import { KeyError } from '../../store/keys/errors.ts';
import { correct, type Lookups } from '../../store/rights/correct.ts';
import { Refused } from '../../store/rights/failures.ts';
import { readItemName } from '../../store/rights/item-name.ts';
import { subjectsOf } from '../../store/rights/show.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import { person as personTable } from '../accounts/schema.ts';
import type { Services } from '../services.ts';
import type { Erasing } from './erase-account.ts';
import { refusals } from './refusals.ts';

export const correctInput = z.strictObject({ item: z.string(), value: z.string() });

/** Changes nothing where the value is that already. Throws `Problem` 400, 404 or 409. */
export async function correctPerson(
  { services, store }: Erasing,
  reference: string,
  { item, value }: z.output<typeof correctInput>,
): Promise<{ readonly corrected: string }> {
  const person = await findPerson(services, reference);
  const accounts = await accountsOwnedBy(services.db, person);
  await refusals(async () => {
    const named = readItemName(store.map, item);
    if (named === null) throw new Refused('not_found', 'no such item');
    const wish = { ...named, subjects: subjectsOf({ person, accounts }), value, role: 'operator' } as const;
    await correct(store, wish, byAddress(services));
  });
  return { corrected: item };
}

/** People are found by their address. */
const byAddress = ({ keys }: Services): Lookups => ({
  is: (entry, column) =>
    entry.table === personTable && column === ('email' satisfies keyof typeof personTable.$inferSelect),
  claim: async (_entry, _column, value, owner) => {
    try {
      return await keys.setLookup('email', value, owner.id, { beside: true });
    } catch (error) {
      if (error instanceof KeyError && error.code === 'owner_has_no_key') {
        throw new Refused('erased', 'erased meanwhile');
      }
      throw error;
    }
  },
  keep: (_entry, _column, value, owner) => keys.keepLookup('email', value, owner.id),
});
