/** A database with the fixture's tables behind their walls, owned by a user who is no superuser, as in production. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { type AppliedWalls, applyWalls } from '../../src/store/walls/apply-walls.ts';
import { type Logins, urlAs } from '../../src/store/walls/logins.ts';
import type { Need, Walls } from '../../src/store/walls/rights.ts';
import { LOGIN_NAMES, type LoginName } from '../../src/store/walls/roles.ts';
import type { View } from '../../src/store/walls/views.ts';
import { account, FIXTURE_TABLES, membership, note, order, person } from '../store/fixture-map.ts';
import { makeTables } from '../store/make-tables.ts';
import type { TestPostgres } from '../support/postgres.ts';

/** What the fixture's domain would declare. */
export const NEEDS: readonly Need[] = [
  { role: 'kept_request', table: note, insert: true, delete: true },
  { role: 'kept_request', table: membership, readBy: ['account'] },
  { role: 'kept_sign_in', table: person, select: ['id'] },
  { role: 'kept_system', table: person, select: 'all', insert: true },
  { role: 'kept_system', table: account, select: 'all', insert: true },
  { role: 'kept_system', table: membership, select: 'all', insert: true },
  { role: 'kept_meter', table: order, select: 'all', insert: true },
];
const VIEW: View = {
  name: 'fixture_orders',
  columns: ['amount'],
  about: 'Amounts',
  sql: 'select least(amount, 100) as amount from fixture_order',
};
export const WALLS: Walls = {
  map: FIXTURE_TABLES.map((table) => entryOf(table)),
  needs: NEEDS,
  views: [VIEW],
};

export interface Walled {
  /** The owner's address. */
  readonly url: string;
  readonly keysFolder: string;
  readonly owner: pg.Client;
  readonly logins: Logins;
  readonly applied: AppliedWalls;
  /** The address of a login. */
  as(login: LoginName): string;
  /** A pool of this login's connections that work in no role until they take one. */
  readonly pools: Readonly<Record<LoginName, Database>>;
  end(): Promise<void>;
}

/** Passwords are really asked for: the server of tests trusts everybody else. */
async function demandPasswords(superuser: pg.Client): Promise<void> {
  const found = await superuser.query<{ hba_file: string }>('show hba_file');
  const path = found.rows[0]?.hba_file as string;
  const before = await readFile(path, 'utf8');
  const line = 'local all "/^kept_login_" scram-sha-256\n';
  if (before.startsWith(line)) return;
  await writeFile(path, line + before);
  await superuser.query('select pg_reload_conf()');
}

let owners = 0;

/**
 * An empty database of an owner who may make roles and nothing else: one made for it, or one that is there. Roles are
 * the whole server's, and belong to the owner who made them.
 */
export async function ownedDatabase(
  postgres: TestPostgres,
  attributes = 'createrole',
  known?: string,
): Promise<{ url: string; superuser: pg.Client; owner: string }> {
  const address = await postgres.database();
  const superuser = new pg.Client({ connectionString: address });
  await superuser.connect();
  const owner = known ?? `owner_${++owners}`;
  if (known === undefined) await superuser.query(`create role ${owner} login ${attributes}`);
  await superuser.query(`alter database ${await nameOf(superuser)} owner to ${owner}`);
  await demandPasswords(superuser);
  return { url: address.replace('kept@', `${owner}@`), superuser, owner };
}

async function nameOf(client: pg.Client): Promise<string> {
  return (await client.query('select current_database() as name')).rows[0].name;
}

export const keysFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'kept-walls-'));

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/**
 * The first test's server remembers who made the roles: all databases of one test file share their owner's roles, so
 * each file makes one walled database and tests go on in it.
 */
export async function walled(
  postgres: TestPostgres,
  tables: readonly PgTable[] = FIXTURE_TABLES,
): Promise<Walled> {
  const { url, superuser } = await ownedDatabase(postgres);
  await superuser.end();
  const folder = await keysFolder();
  const owner = await connect(url);
  await makeTables(owner, tables);
  await owner.query('begin');
  const applied = await applyWalls(owner, WALLS, folder);
  await owner.query('commit');
  const { logins } = applied;
  const as = (login: LoginName): string => urlAs(url, logins[login]);
  const pools = Object.fromEntries(LOGIN_NAMES.map((login) => [login, openDatabase(as(login))]));
  return {
    url,
    keysFolder: folder,
    owner,
    logins,
    applied,
    as,
    pools: pools as Record<LoginName, Database>,
    async end() {
      await Promise.all(Object.values(pools).map((pool) => pool.close()));
      await owner.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const randomId = (): string => randomBytes(16).toString('hex');

/** The code of PostgreSQL's refusal, or null where `work` went through. */
export async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    for (let at: unknown = error; at instanceof Error; at = at.cause) {
      if (at instanceof pg.DatabaseError) return at.code ?? '';
    }
    throw error;
  }
}
export const NO_RIGHT = '42501';
