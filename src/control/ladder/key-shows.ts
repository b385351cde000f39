/** Whether an API key shows that somebody asks: one that the API would take now, of an account that is theirs alone. */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { accountsHeldAlone } from '../accounts/index.ts';
import { usableKey } from '../keys/index.ts';
import type { Services } from '../services.ts';

export interface CarriedKey {
  /** As it came; empty: none. */
  readonly text: string;
  /** Whether it came from one of these networks. */
  readonly isFrom: (networks: readonly string[]) => boolean;
}

export async function keyShows(
  services: Services,
  tx: Tx,
  whose: Id,
  { text, isFrom }: CarriedKey,
): Promise<boolean> {
  const key = await usableKey(services, tx, text);
  if (key === null || (key.networks !== null && !isFrom(key.networks))) return false;
  // Several people have the keys of an account that they share: one of those shows nobody.
  return (await accountsHeldAlone(tx, whose)).includes(key.account);
}
