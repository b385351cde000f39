/** What somebody can have put right by naming it, with what stands there now. */
import type { Id } from '../../link/ids.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import { profileOf } from '../rights/index.ts';
import type { RequestParts } from './parts.ts';

export interface Correctable {
  /** Names it for a correction. */
  readonly item: string;
  readonly label: string;
  readonly now: string;
}

export async function correctablesOf({ erasing }: RequestParts, person: Id): Promise<Correctable[]> {
  const { services, store } = erasing;
  const accounts = await accountsOwnedBy(services.db, person);
  const { sections } = await profileOf(store, { person, accounts }, services.billing);
  return sections.flatMap(({ rows }) =>
    rows
      .flat()
      .flatMap(({ name: item, label, value, correctable }) =>
        correctable ? [{ item, label, now: value.kind === 'text' ? value.text : '' }] : [],
      ),
  );
}
