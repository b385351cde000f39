/**
 * The pepper: 32 random bytes that API keys are hashed under. It is a key of the key store, so that a copy of the
 * database cannot be used to try keys, and that it comes back with a backup's keys. Without it no key of this instance
 * works.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { overwrite } from '../../store/backup/overwrite.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { StartFailure } from '../start-failure.ts';

/** Where earlier versions kept it; taken into the key store at the first start. */
const EARLIER_FILE = 'pepper';
/** There is one. */
const PEPPER_ID = '0'.repeat(32);

/**
 * Answers the pepper (64 hex digits), or makes it if `mayMake`: only when no key hangs on an earlier one. Throws
 * `StartFailure` when it is missing, or when an earlier version's file is damaged or cannot be read.
 */
export async function readPepper(
  keys: KeyStore,
  folder: string,
  mayMake: () => Promise<boolean>,
): Promise<string> {
  const known = pepperIn(keys);
  const path = join(folder, EARLIER_FILE);
  if (known === null) {
    const earlier = await read(path);
    if (earlier === null && !(await mayMake())) throw new StartFailure('pepper_missing');
    await keys.create('pepper', PEPPER_ID, earlier === null ? {} : { value: earlier });
  }
  const pepper = known ?? pepperIn(keys);
  if (pepper === null) throw new StartFailure('key_store_damaged');
  // A copy that lies there open would live longer than the key store's.
  await overwrite(path).catch(unusable);
  return pepper;
}

/** The keyed hash that a key is stored as, 64 hex digits. */
export const hashKey = (pepper: string, key: string): string =>
  createHmac('sha256', Buffer.from(pepper, 'hex')).update(key).digest('hex');

const pepperIn = (keys: KeyStore): string | null => keys.key('pepper', PEPPER_ID)?.toString('hex') ?? null;

async function read(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : unusable(error),
  );
  if (text === null) return null;
  const pepper = text.trim();
  if (!/^[0-9a-f]{64}$/.test(pepper)) throw new StartFailure('pepper_damaged');
  return Buffer.from(pepper, 'hex');
}

function unusable(cause: unknown): never {
  throw new StartFailure('keys_unusable', cause);
}
