/** What gateways will be told, in memory. */
import type { KeyStore } from '../store/keys/key-store.ts';
import type { accountStates } from './accounts/index.ts';
import { Directory } from './directory.ts';
import { type keyStates, readPepper } from './keys/index.ts';

interface States {
  readonly accounts: Awaited<ReturnType<typeof accountStates>>;
  readonly keys: Awaited<ReturnType<typeof keyStates>>;
}

export async function remember({ accounts, keys }: States, keyStore: KeyStore, keysFolder: string) {
  const pepper = await readPepper(keyStore, keysFolder, async () => keys.length === 0);
  const directory = new Directory();
  directory.refresh(accounts, keys);
  return { directory, pepper };
}
