/** The database: the embedded PostgreSQL under a keeper, or a look at the one that DATABASE_URL names. */
import path from 'node:path';
import pg from 'pg';
import type { Log } from '../../log/log.ts';
import { goOnUnlessMoved, POSTGRES_MAJOR_MIN } from '../../store/backup/moved-away.ts';
import { type Binaries, findBinaries } from '../postgres/binaries.ts';
import { type ClusterPlace, ensureCluster } from '../postgres/cluster.ts';
import { databaseUser } from '../postgres/identity.ts';
import { databaseUrl, type ServerPlace, startServer } from '../postgres/server.ts';
import { StartError } from '../start-error.ts';
import type { DataFolder } from './data-folder.ts';
import { Keeper } from './keeper.ts';

const CONNECT_MS = 5000;

/** Where the embedded database of a data folder lies and is served. */
export interface EmbeddedPlace {
  readonly binaries: Binaries;
  readonly place: ClusterPlace & ServerPlace;
}

export function embeddedPlace(data: Pick<DataFolder, 'path' | 'keys'>, runFolder: string): EmbeddedPlace {
  const folder = path.join(data.path, 'postgres');
  const socketFolder = path.join(runFolder, 'postgres');
  const binaries = findBinaries(path.join(data.path, 'postgres-libraries'));
  const user = databaseUser([folder, socketFolder], [binaries.initdb, binaries.postgres]);
  const passwordFile = path.join(data.keys, 'postgres-password');
  return { binaries, place: { folder, socketFolder, user, passwordFile } };
}

export async function startDatabase(
  data: DataFolder,
  runFolder: string,
  log: Log,
  onChange: () => void,
): Promise<{ url: string; keeper: Keeper }> {
  const { binaries, place } = embeddedPlace(data, runFolder);
  const password = await ensureCluster(binaries, place);
  const launch = () => startServer(binaries, place);
  return {
    url: databaseUrl(place.socketFolder, password),
    keeper: new Keeper('postgres', launch, log, onChange),
  };
}

/** Refuses a database that does not answer or is too old. The address holds a password: it is never repeated. */
export function requireDatabase(url: string): Promise<void> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (!(major >= POSTGRES_MAJOR_MIN))
      throw new StartError(
        `The database of DATABASE_URL is PostgreSQL ${major}: Kept needs ${POSTGRES_MAJOR_MIN} or newer.`,
      );
  });
}

/** Refuses a database whose rows live elsewhere by now; one that `kept move` only began to copy goes on as it is. */
export function requireNotMoved(url: string): Promise<void> {
  return withClient(url, async (client) => {
    const at = await goOnUnlessMoved(client);
    if (at === null) return;
    throw new StartError(
      `This database was moved away on ${new Date(at).toISOString().slice(0, 10)} by \`kept move\`, and what came later is not in it: set DATABASE_URL to the one that it was moved to.`,
    );
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      'The database of DATABASE_URL does not answer or refuses the sign-in: check the address, the password and that it runs, or unset DATABASE_URL.',
    );
  } finally {
    await client.end().catch(() => {});
  }
}
