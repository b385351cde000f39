/** The database: the embedded PostgreSQL under a keeper, or a look at the one that DATABASE_URL names. */
import path from 'node:path';
import pg from 'pg';
import type { Log } from '../../log/log.ts';
import { findBinaries } from '../postgres/binaries.ts';
import { ensureCluster } from '../postgres/cluster.ts';
import { databaseUser } from '../postgres/identity.ts';
import { databaseUrl, startServer } from '../postgres/server.ts';
import { StartError } from '../start-error.ts';
import type { DataFolder } from './data-folder.ts';
import { Keeper } from './keeper.ts';

const MAJOR_MIN = 15;
const CONNECT_MS = 5000;

export async function startDatabase(
  data: DataFolder,
  runFolder: string,
  log: Log,
  onChange: () => void,
): Promise<{ url: string; keeper: Keeper }> {
  const folder = path.join(data.path, 'postgres');
  const socketFolder = path.join(runFolder, 'postgres');
  const binaries = findBinaries(path.join(data.path, 'postgres-libraries'));
  const user = databaseUser([folder, socketFolder], [binaries.initdb, binaries.postgres]);
  const passwordFile = path.join(data.keys, 'postgres-password');
  const password = await ensureCluster(binaries, { folder, passwordFile, user });
  const launch = () => startServer(binaries, { folder, socketFolder, user });
  return { url: databaseUrl(socketFolder, password), keeper: new Keeper('postgres', launch, log, onChange) };
}

/** Refuses a database that does not answer or is too old. The address holds a password: it is never repeated. */
export async function requireDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (!(major >= MAJOR_MIN))
      throw new StartError(
        `The database of DATABASE_URL is PostgreSQL ${major}: Kept needs ${MAJOR_MIN} or newer.`,
      );
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      'The database of DATABASE_URL does not answer or refuses the sign-in: check the address, the password and that it runs, or unset DATABASE_URL.',
    );
  } finally {
    await client.end().catch(() => {});
  }
}
