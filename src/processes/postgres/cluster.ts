/** Makes the database's folder: all of it or nothing, so that a start that was cut off leaves no half database. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.ts';
import type { Binaries } from './binaries.ts';
import { sentenceFor } from './complaints.ts';
import type { DatabaseUser } from './identity.ts';
import { endPredecessor } from './predecessor.ts';
import { runOnce } from './run.ts';

export const DATABASE = 'kept';
const PASSWORD_BYTES = 24;
/** The major version of the package's programs; a folder of another one does not open. */
export const MAJOR = '18';

/** The major version of a data folder, or null where there is none. */
export function majorOf(folder: string): string | null {
  const file = path.join(folder, 'PG_VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/**
 * The tables' owner, and the logins that it makes for Kept's processes (`src/store/walls`); nobody else signs in. The owner
 * may make databases for the walks of checks, and come into those.
 */
const SIGN_INS = [
  [DATABASE, DATABASE],
  [DATABASE, '/^kept_login_'],
  ['/^kept_scratch_', DATABASE],
]
  .map(([where, who]) => `local ${where} ${who} scram-sha-256\n`)
  .join('');
const MAY = 'CREATEROLE CREATEDB';

export interface ClusterPlace {
  /** `KEPT_DATA/postgres`. */
  readonly folder: string;
  /** File with the password of the role `kept`, mode 0600. */
  readonly passwordFile: string;
  readonly user: DatabaseUser;
}

/** Makes the cluster unless it is there; returns the password of the role `kept`, which owns the database `kept`. */
export async function ensureCluster(binaries: Binaries, place: ClusterPlace): Promise<string> {
  if (existsSync(path.join(place.folder, 'PG_VERSION'))) return openCluster(binaries, place);
  if (existsSync(place.folder)) {
    throw new StartError(
      `${place.folder} is there but holds no database: move it away, or set KEPT_DATA to another folder.`,
    );
  }
  const draft = `${place.folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('hex');
    await makeCluster(binaries, place, draft, password);
    writeFileSync(place.passwordFile, password, { mode: 0o600 });
    renameSync(draft, place.folder);
    return password;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Refuses a folder of another PostgreSQL, before anything is touched. */
export function requireMajor(folder: string): void {
  const major = majorOf(folder);
  if (major === null || major === MAJOR) return;
  throw new StartError(
    `The database in ${folder} is of PostgreSQL ${major}, this Kept brings ${MAJOR}: move it over with \`npx --no kept upgrade\`, or start the Kept that made it.`,
  );
}

async function openCluster(binaries: Binaries, place: ClusterPlace): Promise<string> {
  const { folder, passwordFile } = place;
  const { identity } = place.user;
  requireMajor(folder);
  if (identity !== null) chownSync(folder, identity.uid, identity.gid);
  await letLoginsIn(binaries, place);
  try {
    return readFileSync(passwordFile, 'utf8');
  } catch {
    throw new StartError(
      `The database's password in ${passwordFile} cannot be read: restore that file from your backup.`,
    );
  }
}

/**
 * A folder of an earlier version: its owner could make no roles, or no databases, and nobody else could sign in. The file comes
 * last, so that a start that was cut off does both again.
 */
async function letLoginsIn(binaries: Binaries, place: ClusterPlace): Promise<void> {
  const hba = hbaOf(place.folder);
  if (existsSync(hba) && readFileSync(hba, 'utf8') === SIGN_INS) return;
  await endPredecessor(place.folder);
  await alone(binaries, place, place.folder, [], `ALTER ROLE ${DATABASE} ${MAY}\n`);
  writeFileSync(hba, SIGN_INS);
}

const hbaOf = (folder: string): string => path.join(folder, 'pg_hba.conf');

/** Statements in single-user mode. By standard input, one a line: on a command line others could read them. */
async function alone(
  binaries: Binaries,
  place: ClusterPlace,
  folder: string,
  options: readonly string[],
  statements: string,
): Promise<void> {
  const single = ['--single', ...options, '-D', folder, 'postgres'];
  const done = await runOnce(binaries, place.user, binaries.postgres, single, statements);
  if (done.code !== 0 || /ERROR|FATAL/.test(done.output))
    throw new StartError(sentenceFor(done.output, place.folder));
}

async function makeCluster(
  binaries: Binaries,
  place: ClusterPlace,
  draft: string,
  password: string,
): Promise<void> {
  const { identity } = place.user;
  mkdirSync(draft, { mode: 0o700 });
  if (identity !== null) chownSync(draft, identity.uid, identity.gid);
  const init = [
    ['--pgdata', draft],
    ['--username', 'postgres'],
    ['--encoding', 'UTF8'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
    ['--locale', 'C'],
    ['--auth', 'reject'],
    ['--no-sync'],
  ].flat();
  const made = await runOnce(binaries, place.user, binaries.initdb, init, '');
  if (made.code !== 0) throw new StartError(sentenceFor(made.output, place.folder));
  writeFileSync(hbaOf(draft), SIGN_INS);
  chmodSync(hbaOf(draft), 0o600);
  const statements = [
    `CREATE ROLE ${DATABASE} LOGIN ${MAY} PASSWORD '${password}'`,
    `CREATE DATABASE ${DATABASE} OWNER ${DATABASE}`,
  ];
  await alone(binaries, place, draft, ['-c', 'fsync=off'], statements.map((each) => `${each}\n`).join(''));
  // Everything goes to the disk at once, before the folder gets its name: seconds faster than file by file.
  const sync = [
    '--sync-only',
    '--pgdata',
    draft,
    ...(process.platform === 'linux' ? ['--sync-method', 'syncfs'] : []),
  ];
  const synced = await runOnce(binaries, place.user, binaries.initdb, sync, '');
  if (synced.code !== 0) throw new StartError(sentenceFor(synced.output, place.folder));
}
