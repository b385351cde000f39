/**
 * What commands on a data folder need that no Kept runs on: its lock, so that none starts meanwhile, and its database,
 * the embedded one brought up for it. Taken down again whatever happens.
 */
import { rmSync } from 'node:fs';
import type { Config } from '../../config/index.ts';
import { ensureCluster } from '../postgres/cluster.ts';
import { databaseUrl, whileServed } from '../postgres/server.ts';
import { type DataFolder, openDataFolder, openRunFolder } from '../supervisor/data-folder.ts';
import { embeddedPlace, requireDatabase } from '../supervisor/database.ts';
import { endLeftovers } from '../supervisor/leftovers.ts';

export interface Offline {
  readonly data: DataFolder;
  /** A folder for sockets. */
  readonly runFolder: string;
}

/** Throws `StartError` where an instance runs there, or the folder cannot be used. */
export async function whileOffline<T>(config: Config, work: (offline: Offline) => Promise<T>): Promise<T> {
  const data = openDataFolder(config);
  try {
    await endLeftovers(data.path);
    const runFolder = openRunFolder(data.path, []);
    try {
      return await work({ data, runFolder });
    } finally {
      rmSync(runFolder, { recursive: true, force: true });
    }
  } finally {
    data.unlock();
  }
}

/** `work` gets the address of the database's owner; an embedded one is made where there is none. Throws `StartError`. */
export async function whileDatabase<T>(
  { databaseUrl: external }: Pick<Config, 'databaseUrl'>,
  { data, runFolder }: Offline,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (external !== null) {
    await requireDatabase(external);
    return work(external);
  }
  const { binaries, place } = embeddedPlace(data, runFolder);
  const password = await ensureCluster(binaries, place);
  return whileServed(binaries, place, () => work(databaseUrl(place.socketFolder, password)));
}
