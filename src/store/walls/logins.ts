/**
 * The logins of a database: a name and a password each, in a file of the keys folder. PostgreSQL is told the password's
 * SCRAM verifier only, so that no statement, and no log of statements, ever holds the password.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { LOGIN_NAMES, type LoginName } from './roles.ts';

export interface Login {
  /** Its name in PostgreSQL. */
  readonly role: string;
  readonly password: string;
  /** What PostgreSQL keeps of the password. */
  readonly verifier: string;
}
export type Logins = Readonly<Record<LoginName, Login>>;

const SCRAM_ITERATIONS = 4096;
const SALT_BYTES = 16;
const PASSWORD_BYTES = 32;
const NAME_DIGITS = 12;

/** The part of the logins' names that belongs to this database: logins are the whole server's, databases are many. */
export async function databaseMark(client: pg.ClientBase): Promise<string> {
  const found = await client.query<{ oid: string; name: string }>(
    'select oid::text as oid, datname as name from pg_database where datname = current_database()',
  );
  const [row] = found.rows;
  return createHash('sha256').update(`${row?.oid} ${row?.name}`).digest('hex').slice(0, NAME_DIGITS);
}

export const loginRole = (mark: string, login: LoginName): string => `kept_login_${mark}_${login}`;

/**
 * The logins of the database with this mark: read from the keys folder, or made there (whole or not at all) where there
 * are none or the file is damaged. Throws what the folder throws.
 */
export function readLogins(keysFolder: string, mark: string): Logins {
  const path = join(keysFolder, `database-logins-${mark}`);
  let secrets = parseSecrets(readIfThere(path));
  if (secrets === null) {
    secrets = Object.fromEntries(LOGIN_NAMES.map((login) => [login, newSecret()])) as Secrets;
    mkdirSync(keysFolder, { recursive: true, mode: 0o700 });
    writeWhole(keysFolder, path, JSON.stringify(secrets));
  }
  const logins = Object.entries(secrets).map(([login, secret]) => [
    login,
    { role: loginRole(mark, login as LoginName), password: secret.password, verifier: scramVerifier(secret) },
  ]);
  return Object.fromEntries(logins) as Logins;
}

interface Secret {
  readonly password: string;
  readonly salt: string;
}

type Secrets = Readonly<Record<LoginName, Secret>>;

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

/** Null where a login is missing or the text is none of ours. */
function parseSecrets(text: string | null): Secrets | null {
  try {
    const given = JSON.parse(text ?? 'null') as Partial<Record<LoginName, Partial<Secret>>> | null;
    const whole = LOGIN_NAMES.every(
      (login) => typeof given?.[login]?.password === 'string' && typeof given[login].salt === 'string',
    );
    return whole ? (given as Secrets) : null;
  } catch {
    return null;
  }
}

const newSecret = (): Secret => ({
  password: randomBytes(PASSWORD_BYTES).toString('hex'),
  salt: randomBytes(SALT_BYTES).toString('base64'),
});

function writeWhole(folder: string, path: string, text: string): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** RFC 5802, in PostgreSQL's spelling; the password is hex, so that SASLprep leaves it alone. */
function scramVerifier({ password, salt }: Secret): string {
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), SCRAM_ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt}$${storedKey}:${serverKey}`;
}

/** `options` of the owner's would come before ours, which take the role. */
const NAMED_IN_QUERY = new Set(['user', 'password', 'options']);

/** The owner's address of a database with this login in place of the owner. */
export function urlAs(url: string, login: Login): string {
  const bare = url.replace(/^(postgres(?:ql)?:\/\/)(?:[^@/?#]*@)?/, `$1${login.role}:${login.password}@`);
  const [address = '', query] = bare.split('?');
  const kept = (query ?? '')
    .split('&')
    .filter((part) => part !== '' && !NAMED_IN_QUERY.has(part.split('=')[0] ?? ''));
  return kept.length === 0 ? address : `${address}?${kept.join('&')}`;
}
