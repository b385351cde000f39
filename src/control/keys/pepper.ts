/**
 * The pepper: 32 random bytes that keys are hashed under, in a file outside the database, so that a copy of the
 * database cannot be used to try keys. Without it no key of this instance works.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from '../start-failure.ts';

const FILE = 'pepper';
const PEPPER_BYTES = 32;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Reads the pepper (64 hex digits), or makes it if `mayMake`: only when no key hangs on an earlier one. Throws
 * `StartFailure` when it is missing, damaged, or cannot be read or made.
 */
export async function readPepper(folder: string, mayMake: () => Promise<boolean>): Promise<string> {
  const path = join(folder, FILE);
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE }).catch(unusable);
  const found = await read(path);
  if (found !== null) return found;
  if (!(await mayMake())) throw new StartFailure('pepper_missing');
  await make(path).catch(unusable);
  const made = await read(path);
  if (made === null) throw new StartFailure('keys_unusable');
  return made;
}

/** The keyed hash that a key is stored as, 64 hex digits. */
export const hashKey = (pepper: string, key: string): string =>
  createHmac('sha256', Buffer.from(pepper, 'hex')).update(key).digest('hex');

async function read(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : unusable(error),
  );
  if (text === null) return null;
  const pepper = text.trim();
  if (!/^[0-9a-f]{64}$/.test(pepper)) throw new StartFailure('pepper_damaged');
  return pepper;
}

function unusable(cause: unknown): never {
  throw new StartFailure('keys_unusable', cause);
}

/** Whole or not at all, also when killed meanwhile; of two at once the first one's stays. */
async function make(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = await open(draft, 'wx', FILE_MODE);
  try {
    await file.writeFile(`${randomBytes(PEPPER_BYTES).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}
