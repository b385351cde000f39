/** Reads all of a backup, authenticates every chunk and recomputes every count. Changes nothing. */
import type { KeyStore } from '../keys/key-store.ts';
import { type Checked, checkItems } from './check-items.ts';
import { BackupError } from './errors.ts';
import { type ReadOptions, readId, readItems } from './read-file.ts';

/** Throws `keys_do_not_fit` where the store has no key of this backup, `damaged` where anything is not as written. */
export async function verifyBackup(
  file: string,
  keys: KeyStore,
  options: ReadOptions = {},
): Promise<Checked> {
  const key = backupKey(keys, await readId(file));
  try {
    return await checkItems(readItems(file, key, options));
  } finally {
    key.fill(0);
  }
}

/** A copy of the backup's key; the caller overwrites it. */
export function backupKey(keys: KeyStore, id: string): Buffer {
  const key = keys.key('backup', id);
  if (key === null)
    throw new BackupError(
      'keys_do_not_fit',
      'These keys are not the ones of this backup: its key is not among them.',
    );
  return Buffer.from(key);
}
