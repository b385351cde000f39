/**
 * What goes of the backups that Kept keeps itself: copies of keys before they are 29 days old, so that somebody erased
 * is in none when the promised time is over, and backups beyond their retention. Touches only files that it knows by
 * their names.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyStore } from '../keys/key-store.ts';
import { overwrite } from './overwrite.ts';
import { readId } from './read-file.ts';

const DAY_MS = 86_400_000;
/** A copy of the keys is gone at this age at the latest. */
export const KEYS_AGE_DAYS_MAX = 29;
export const BACKUP_NAME = /^kept-(\d{8}T\d{6}Z)\.backup$/;
const KEYS_NAME = /^kept-(\d{8}T\d{6}Z)\.backup\.keys(\.part)?$/;

/** When a scheduled backup was begun, by its name; null for other files. Milliseconds since 1970. */
export function timeIn(name: string): number | null {
  const [, text] = BACKUP_NAME.exec(name) ?? KEYS_NAME.exec(name) ?? [];
  if (text === undefined) return null;
  const time = Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(time) ? null : time;
}

export const backupName = (now: number): string =>
  `kept-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.backup`;

/**
 * Overwrites and deletes copies of keys that are `KEYS_AGE_DAYS_MAX` days old, by name or by the file's own time,
 * whichever is older; also those from the future, which a clock that was wrong has made. Returns how many.
 */
export async function pruneKeys(folder: string, now: number): Promise<number> {
  let gone = 0;
  for (const name of await namesIn(folder)) {
    const named = timeIn(name);
    if (named === null || !KEYS_NAME.test(name)) continue;
    const path = join(folder, name);
    const made = Math.min(named, (await stat(path)).mtimeMs);
    const age = now - made;
    if (age < KEYS_AGE_DAYS_MAX * DAY_MS && age > -DAY_MS) continue;
    await overwrite(path);
    gone += 1;
  }
  return gone;
}

/**
 * Keeps the newest `keep` backups with their keys, at least one, and deletes the others; their own keys die in the key
 * store as well, so that copies of them do not open. Returns how many went.
 */
export async function pruneBackups(folder: string, keep: number, keys: KeyStore): Promise<number> {
  const backups = (await namesIn(folder)).filter((name) => BACKUP_NAME.test(name)).sort();
  const ending = backups.slice(0, Math.max(0, backups.length - Math.max(1, keep)));
  for (const name of ending) {
    await overwrite(join(folder, `${name}.keys`));
    const id = await readId(join(folder, name)).catch(() => null);
    if (id !== null) await keys.destroy([{ kind: 'backup', id }]);
    await rm(join(folder, name), { force: true });
  }
  return ending.length;
}

/** When the newest backup was begun (milliseconds since 1970); every one that has its name was verified. Null: none. */
export async function newestBackup(folder: string): Promise<number | null> {
  const names = (await namesIn(folder)).filter((name) => BACKUP_NAME.test(name)).sort();
  const last = names.at(-1);
  return last === undefined ? null : timeIn(last);
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
