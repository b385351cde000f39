/** Backups on a schedule: due when the newest is old enough, then pruned. The newest verified one is told to `doctor`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupOptions, type BackupSource, writeBackup } from './backup.ts';
import { BACKUP_NAME, backupName, namesIn, pruneBackups, pruneKeys, timeIn } from './prune.ts';

const FOLDER_MODE = 0o700;

export interface Schedule {
  readonly folder: string;
  /** Milliseconds between two backups. */
  readonly everyMs: number;
  /** How many are kept. */
  readonly keep: number;
}

export interface ScheduledRun {
  /** Name of the backup that was made, or null when none was due. */
  readonly made: string | null;
  readonly keysGone: number;
  readonly backupsGone: number;
}

/** When the newest backup was begun (milliseconds since 1970); every one that has its name was verified. Null: none. */
export async function newestBackup(folder: string): Promise<number | null> {
  const names = (await namesIn(folder)).filter((name) => BACKUP_NAME.test(name)).sort();
  const last = names.at(-1);
  return last === undefined ? null : timeIn(last);
}

/** Old keys go first, and also when the backup fails. Call it often: what is not due is not done. */
export async function runScheduled(
  source: BackupSource,
  schedule: Schedule,
  options: BackupOptions = {},
): Promise<ScheduledRun> {
  const { folder } = schedule;
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const now = source.now();
  const keysGone = await pruneKeys(folder, now);
  const newest = await newestBackup(folder);
  // A backup from the future does not keep others from being made.
  const isDue = newest === null || newest > now || now - newest >= schedule.everyMs;
  const made = isDue ? backupName(now) : null;
  if (made !== null) await writeBackup(source, join(folder, made), options);
  return { made, keysGone, backupsGone: await pruneBackups(folder, schedule.keep, source.keys) };
}
