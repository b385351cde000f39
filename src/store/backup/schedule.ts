/** Backups on a schedule: due when the newest is old enough, then pruned. The newest verified one is told to `doctor`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupOptions, type BackupSource, writeBackup } from './backup.ts';
import type { Checked } from './check-items.ts';
import { backupName, newestBackup, pruneBackups, pruneKeys } from './prune.ts';

const FOLDER_MODE = 0o700;

export interface Schedule {
  readonly folder: string;
  /** Milliseconds between two backups; 0: none are made by themselves. */
  readonly everyMs: number;
  /** How many are kept. */
  readonly keep: number;
}

export interface Pruned {
  readonly keysGone: number;
  readonly backupsGone: number;
}

/** Whether the next one is to be made now. One from the future does not keep others from being made. */
export async function isDue({ folder, everyMs }: Schedule, now: number): Promise<boolean> {
  const newest = await newestBackup(folder);
  return everyMs > 0 && (newest === null || newest > now || now - newest >= everyMs);
}

/** Makes a backup in the schedule's folder. */
export async function backUp(
  source: BackupSource,
  { folder }: Schedule,
  options: BackupOptions = {},
): Promise<Checked> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  return writeBackup(source, join(folder, backupName(source.now())), options);
}

/** Old copies of keys go, and backups beyond those that are kept. `now` has to be believed. */
export async function prune(source: BackupSource, schedule: Schedule, now: number): Promise<Pruned> {
  const { folder, everyMs, keep } = schedule;
  const keysGone = await pruneKeys(folder, now);
  return { keysGone, backupsGone: everyMs > 0 ? await pruneBackups(folder, keep, source.keys) : 0 };
}
