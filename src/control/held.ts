/** What a legal hold keeps is not deleted by its person either. */
import { isAnyHeld, readHeldTables } from '../store/retention/held-rows.ts';
import type { Store, Tx } from '../store/store.ts';
import { Problem } from './problem.ts';

/** Throws `Problem` 409 (`held`) where a hold names one of the tables, by their names, and this person. */
export async function demandNotHeld(
  { map }: Pick<Store, 'map'>,
  tx: Tx,
  tables: readonly string[],
  person: string,
): Promise<void> {
  const held = await readHeldTables(tx, map);
  if (!tables.some((name) => held.has(name))) return;
  if (await isAnyHeld(tx, held, [{ kind: 'person', id: person }]))
    throw new Problem(409, 'held', 'The law makes us keep this for now. It goes when that ends.');
}
