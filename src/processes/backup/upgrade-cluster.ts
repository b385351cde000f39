/**
 * Moves a data folder of another PostgreSQL major into one of ours: the old programs serve it on a socket of their own,
 * a new cluster is made beside it and filled by dump and load, both sides are compared, then the folders change places.
 * The old folder is renamed, never altered or removed; killed anywhere, the next call goes on or begins anew.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Moved, moveDatabase } from '../../store/backup/move.ts';
import { syncFolder } from '../../store/keys/files.ts';
import type { Binaries } from '../postgres/binaries.ts';
import { type ClusterPlace, ensureCluster, MAJOR, majorOf } from '../postgres/cluster.ts';
import { databaseUrl, whileServed } from '../postgres/server.ts';
import { StartError } from '../start-error.ts';

/** In the new folder: it was filled, compared and shut down. */
const COMPLETE = 'kept-upgraded';

export interface ClusterUpgrade {
  readonly place: ClusterPlace;
  /** A short path; sockets are made below it. */
  readonly socketFolder: string;
  /** Programs of the folder's own major version. */
  readonly old: Binaries;
  readonly current: Binaries;
  readonly migrations?: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface UpgradedCluster extends Moved {
  /** Where the old folder is now; delete it when all is well. */
  readonly oldFolder: string;
}

/** Null when the folder is of our major already. Throws `StartError`, `BackupError`; then the old folder is as it was. */
export async function upgradeCluster(upgrade: ClusterUpgrade): Promise<UpgradedCluster | null> {
  const { folder, passwordFile } = upgrade.place;
  const draft = `${folder}.upgraded`;
  if (existsSync(path.join(draft, COMPLETE))) return { tables: [], oldFolder: await exchange(upgrade.place) };
  const major = majorOf(folder);
  if (major === MAJOR) {
    takePassword(passwordFile);
    return null;
  }
  if (major === null) throw new StartError(`There is no database in ${folder} to upgrade.`);
  rmSync(draft, { recursive: true, force: true });
  const password = readFileSync(passwordFile, 'utf8');
  const next = { ...upgrade.place, folder: draft, passwordFile: `${passwordFile}.upgraded` };
  const newPassword = await ensureCluster(upgrade.current, next);
  const sockets = [path.join(upgrade.socketFolder, 'old'), path.join(upgrade.socketFolder, 'new')] as const;
  const moved = await whileServed(upgrade.old, { ...upgrade.place, socketFolder: sockets[0] }, () =>
    whileServed(upgrade.current, { ...next, socketFolder: sockets[1] }, () =>
      moveDatabase(databaseUrl(sockets[0], password), databaseUrl(sockets[1], newPassword), {
        leaveMark: false,
        ...(upgrade.migrations === undefined ? {} : { migrations: upgrade.migrations }),
        ...(upgrade.onProgress === undefined ? {} : { onProgress: upgrade.onProgress }),
        ...(upgrade.signal === undefined ? {} : { signal: upgrade.signal }),
      }),
    ),
  );
  writeFileSync(path.join(draft, COMPLETE), '', { flush: true });
  await syncFolder(draft);
  return { ...moved, oldFolder: await exchange(upgrade.place) };
}

/** Each step is one rename; done again it goes on with what is left. */
async function exchange({ folder, passwordFile }: ClusterPlace): Promise<string> {
  const draft = `${folder}.upgraded`;
  const major = majorOf(folder);
  if (major !== null) renameSync(folder, `${folder}.of-postgresql-${major}`);
  renameSync(draft, folder);
  takePassword(passwordFile);
  rmSync(path.join(folder, COMPLETE), { force: true });
  await syncFolder(path.dirname(folder));
  return oldFolderOf(folder, major);
}

const oldFolderOf = (folder: string, major: string | null): string =>
  major === null ? `${folder}.of-postgresql-*` : `${folder}.of-postgresql-${major}`;

/** The new cluster's password takes the old one's place. */
function takePassword(passwordFile: string): void {
  if (existsSync(`${passwordFile}.upgraded`)) renameSync(`${passwordFile}.upgraded`, passwordFile);
}
