/** Brings the database to this version's tables and walls: forward only, one process at a time. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { type AppliedWalls, applyWalls } from './walls/apply-walls.ts';
import type { Walls } from './walls/rights.ts';
import { dropViewSql } from './walls/views.ts';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
/** Name of the advisory lock: "kept" as a number. */
const LOCK = 0x6b657074;

/** The database has migrations that this version does not know. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
}

export interface Migrated extends AppliedWalls {
  /** How many migrations were applied. */
  readonly applied: number;
}

/** The tables alone, without walls, for measuring; answers how many migrations were applied. */
export function migrate(url: string): Promise<number> {
  return locked(url, (client) => bringUp(client));
}

/**
 * Applies what is missing and puts up roles, rights and row security, under an advisory lock, so that several controls
 * may start at once. All of it is one transaction: it happens whole or not at all. Throws `NewerSchema`, or
 * `RolesNotAllowed` when an administrator of the server has to make the roles first; then nothing was touched.
 */
export function migrateAndWall(url: string, walls: Walls, keysFolder: string): Promise<Migrated> {
  return locked(url, async (client) => {
    if ((await applied(client)) < (await knownMigrations()))
      for (const view of walls.views ?? []) await client.query(dropViewSql(view));
    const brought = await bringUp(client);
    return { applied: brought, ...(await applyWalls(client, walls, keysFolder)) };
  });
}

/** How many migrations the database has, and how many `migrate` would apply. Throws `NewerSchema`; changes nothing. */
export async function pendingMigrations(url: string): Promise<{ applied: number; pending: number }> {
  const client = new pg.Client({ connectionString: url, application_name: 'kept migration' });
  client.on('error', () => {});
  await client.connect();
  try {
    const [before, all] = [await applied(client), await knownMigrations()];
    if (before > all) throw new NewerSchema('the database has migrations of a newer version');
    return { applied: before, pending: all - before };
  } finally {
    await client.end();
  }
}

/** Runs `work` as one transaction of a connection of its own, alone among all migrators of this database. */
async function locked<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'kept migration' });
  // A break between two statements fails at the next one; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query('begin');
    const done = await work(client);
    await client.query('commit');
    return done;
  } finally {
    // Ends an open transaction as well.
    await client.end();
  }
}

async function bringUp(client: pg.Client): Promise<number> {
  const before = await applied(client);
  if (before > (await knownMigrations()))
    throw new NewerSchema('the database has migrations of a newer version');
  await applyMigrations(drizzle(inside(client)), { migrationsFolder: FOLDER });
  return (await applied(client)) - before;
}

/** Drizzle's migrator opens a transaction of its own: inside ours it is a savepoint. */
const NESTED: Readonly<Record<string, string>> = {
  begin: 'savepoint migrations',
  commit: 'release savepoint migrations',
  rollback: 'rollback to savepoint migrations',
};

function inside(client: pg.Client): pg.Client {
  const query = (statement: string | pg.QueryConfig, ...rest: unknown[]) => {
    const text = typeof statement === 'string' ? statement : statement.text;
    const nested = NESTED[text.trim().toLowerCase()];
    return client.query(
      nested ?? (statement as string),
      ...(nested === undefined ? (rest as [unknown[]]) : []),
    );
  };
  return new Proxy(client, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}

async function applied(client: pg.Client): Promise<number> {
  const there = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as there");
  if (!there.rows[0].there) return 0;
  const counted = await client.query('select count(*)::int as count from drizzle.__drizzle_migrations');
  return counted.rows[0].count;
}

/** How many migrations this version has, as drizzle-kit's journal counts them. */
export async function knownMigrations(): Promise<number> {
  const journal = JSON.parse(await readFile(`${FOLDER}/meta/_journal.json`, 'utf8')) as {
    entries: unknown[];
  };
  return journal.entries.length;
}
