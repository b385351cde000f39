/** Corrects one value of a person's (GDPR Art. 16) by the name that `kept person show` gave it. */
import { z } from 'zod';
import { KeyError } from '../../store/keys/errors.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { correct, type Lookups } from '../../store/rights/correct.ts';
import { Refused } from '../../store/rights/failures.ts';
import { readItemName } from '../../store/rights/item-name.ts';
import { subjectsOf, type Viewer } from '../../store/rights/show.ts';
import type { Store } from '../../store/store.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import type { Erasing } from './erase-account.ts';
import { isAddress } from './profile.ts';
import { problemOf, refusals } from './refusals.ts';

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

/**
 * The person corrects it themselves. What they are found by is not corrected so: the address is changed by a link to
 * the new one, which shows that it reaches them. Throws `Problem` 400, 404 or 409.
 */
export async function correctOwn(
  { store }: Pick<Erasing, 'store'>,
  viewer: Viewer,
  { item, value }: z.output<typeof correctInput>,
): Promise<void> {
  const named = readItemName(store.map, item);
  if (named === null) throw new Problem(404, 'no_such_item', GONE);
  if (isAddress(entryNamed(store, named.table), named.column)) {
    throw new Problem(409, 'not_correctable', 'Change your address on the security page.');
  }
  try {
    await correct(store, { ...named, subjects: subjectsOf(viewer), value, role: 'person' });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'not_found') throw new Problem(404, 'no_such_item', GONE);
    if (error.code === 'invalid') throw new Problem(400, 'invalid_input', NOT_ACCEPTED);
    throw problemOf(error);
  }
}

/** Whether `correctOwn` would take this, as far as the map tells. Throws `Problem` 400, 404 or 409. */
export function demandCorrectable(
  { store }: Pick<Erasing, 'store'>,
  { item, value }: z.output<typeof correctInput>,
): void {
  const named = readItemName(store.map, item);
  if (named === null) throw new Problem(404, 'no_such_item', GONE);
  const entry = entryNamed(store, named.table);
  const facts = entry.columns[named.column]?.facts;
  if (isAddress(entry, named.column) || facts === undefined || !('correct' in facts) || 'no' in facts.correct)
    throw new Problem(409, 'not_correctable', 'This is not corrected by typing. Say in words what is wrong.');
  if (!facts.correct.as.safeParse(value).success) throw new Problem(400, 'invalid_input', NOT_ACCEPTED);
}

const GONE = 'There is nothing of yours here that could be corrected. Load the page again.';
const NOT_ACCEPTED =
  'This cannot stand there: it is empty, too long, or holds signs that do not belong. Nothing was changed.';

const entryNamed = (store: Store, name: string): MapEntry =>
  store.map.find((entry) => entry.name === name) as MapEntry;

/** People are found by their address. */
const byAddress = ({ keys }: Services): Lookups => ({
  is: isAddress,
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
