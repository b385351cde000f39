/** Opens the key store of a folder; makes it where there is none. See `key-store.ts` for what it does. */
import type { KeyStore } from './key-store.ts';
import { HASH_KEY_ID, LocalKeyStore } from './local-key-store.ts';
import { type OpenOptions, openParts } from './open-parts.ts';

/**
 * One process may have a folder open. Throws `WrongMasterKey`, or `KeyError` with `bad_master_key`, `damaged_epochs` or
 * `damaged_key_file`; then nothing was changed.
 */
export async function openKeyStore(
  folder: string,
  master: Buffer,
  options: OpenOptions = {},
): Promise<KeyStore> {
  const store = new LocalKeyStore(await openParts(folder, master, options));
  await store.create('lookup', HASH_KEY_ID);
  await store.create('suppression', HASH_KEY_ID);
  return store;
}
