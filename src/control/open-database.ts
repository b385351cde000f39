/**
 * Brings the database up to this version, tables and walls, and answers the addresses of the logins that control works by.
 * Only here, and where a backup is made, is the tables' owner at work, on connections that end with it.
 */
import type { Log } from '../log/log.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { databaseCode } from '../store/failures.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import { migrateAndWall } from '../store/migrate.ts';
import type { Vault } from '../store/sealing/vault.ts';
import { RolesNotAllowed } from '../store/walls/apply-walls.ts';
import { urlAs } from '../store/walls/logins.ts';
import type { LoginName } from '../store/walls/roles.ts';
import { sealEarlierRows } from './seal-earlier-rows.ts';
import type { ControlSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';
import { walls } from './walls.ts';

/** The database's address for each login. */
export type LoginUrls = Readonly<Record<LoginName, string>>;

type Place = Pick<ControlSettings, 'databaseUrl' | 'keysFolder'>;

const INSUFFICIENT_PRIVILEGE = '42501';
/** Wrong password, no line in pg_hba.conf, no right to connect. */
const SIGN_IN_REFUSED = ['28P01', '28000', INSUFFICIENT_PRIVILEGE];

/** Migrates and puts up or repairs the walls. Throws `StartFailure`, `NewerSchema`; then nothing was touched. */
export async function bringUp({ databaseUrl, keysFolder }: Place, log: Log): Promise<LoginUrls> {
  const { applied, repaired, logins } = await migrateAndWall(databaseUrl, walls, keysFolder).catch(refused);
  if (applied > 0) log('info', 'migrated', { count: applied });
  if (repaired > 0) log('info', 'walled', { count: repaired });
  return {
    request: urlAs(databaseUrl, logins.request),
    sign_in: urlAs(databaseUrl, logins.sign_in),
    system: urlAs(databaseUrl, logins.system),
  };
}

function refused(error: unknown): never {
  if (error instanceof RolesNotAllowed) throw new StartFailure('database_roles_missing', error);
  if (isFolderError(error)) throw new StartFailure('keys_unusable', error);
  if (databaseCode(error) === INSUFFICIENT_PRIVILEGE) throw new StartFailure('database_not_owned', error);
  throw error;
}

/** Of the keys folder, where the logins' passwords lie: a connection's failure names no path. */
const isFolderError = (error: unknown): boolean =>
  error instanceof Error && 'path' in error && 'syscall' in error;

/** Throws `StartFailure` where PostgreSQL does not let our login in. */
export async function requireLogin(database: Database): Promise<void> {
  await database
    .lend(async () => {})
    .catch((error: unknown) => {
      if (!SIGN_IN_REFUSED.includes(databaseCode(error) ?? '')) throw error;
      throw new StartFailure('database_login_refused', error);
    });
}

/** Seals what an earlier version left plain; its columns go, so the walls are looked at again. */
export async function sealEarlier(place: Place, keys: KeyStore, vault: Vault, log: Log): Promise<void> {
  const owner = openDatabase(place.databaseUrl);
  try {
    const sealed = await sealEarlierRows(owner.db, keys, vault);
    if (sealed === null) return;
    if (sealed > 0) log('info', 'sealed', { count: sealed });
  } finally {
    await owner.close();
  }
  await bringUp(place, log);
}
