/**
 * A place of its own for a walk that touches nobody's data: a database beside ours on the same server, and a private folder in
 * the data folder. Gone afterwards; what a kill left behind goes when the next one is taken.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { quoted } from '../../store/map/rows.ts';
import { databaseMark } from '../../store/walls/logins.ts';
import { CannotLook } from '../check.ts';

const FOLDER = 'scratch';
const FOLDER_MODE = 0o700;
/** Name of the advisory lock: "scra" as a number. */
const LOCK = 0x73637261;
/** Another control's walk is over by then. */
const STATEMENT_MS_MAX = 20_000;

export interface Ground {
  readonly folder: string;
  /** Of an empty database; null: the tables' owner may not make one on this server. */
  readonly databaseUrl: string | null;
  /** Empties the database. */
  clear(): Promise<void>;
  /** Its number on the server, which its folder is called by; null: there is none. */
  databaseOid(): Promise<string | null>;
  leave(): Promise<void>;
}

export async function takeGround(databaseUrl: string, dataFolder: string): Promise<Ground> {
  const client = clientOf(databaseUrl);
  try {
    await client.connect();
    // Until the connection ends: several controls share a database, and their walks take turns.
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    return await lay(client, databaseUrl, dataFolder);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

function clientOf(connectionString: string): pg.Client {
  const client = new pg.Client({
    connectionString,
    options: `-c statement_timeout=${STATEMENT_MS_MAX}`,
    application_name: 'kept verify',
  });
  client.on('error', () => {});
  return client;
}

async function lay(client: pg.Client, ours: string, dataFolder: string): Promise<Ground> {
  const name = `kept_scratch_${await databaseMark(client)}`;
  const all = join(dataFolder, FOLDER);
  const tidy = async (): Promise<void> => {
    await client.query(`drop database if exists ${quoted(name)} with (force)`);
    await rm(all, { recursive: true, force: true });
  };
  const mayMake = await mayMakeDatabases(client);
  await tidy();
  const folder = join(all, randomBytes(6).toString('hex'));
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const url = addressOf(name, ours);
  if (mayMake) {
    await make(client, name);
    await within(url, name, async () => {});
  }
  return {
    folder,
    databaseUrl: mayMake ? url : null,
    clear: () =>
      within(url, name, async (scratch) => {
        await scratch.query(
          'drop schema if exists drizzle cascade; drop schema public cascade; create schema public',
        );
      }),
    databaseOid: () => oidOf(client, name),
    async leave() {
      await tidy().finally(() => client.end());
    },
  };
}

/** The address of another database on the same server; ours may name none, and then means that of its user. */
export function addressOf(name: string, ours: string): string {
  const [server = '', ...query] = ours.split('?');
  return [server.replace(NAME, `$1/${name}`), ...query].join('?');
}
const NAME = /^([a-z]+:\/\/[^/]*)(?:\/.*)?$/;

async function mayMakeDatabases(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    'select rolsuper or rolcreatedb as may from pg_roles where rolname = current_user',
  );
  return rows[0]?.may === true;
}

/** From the template that holds nothing of anybody's. Nothing in it has to outlive a crash. */
async function make(client: pg.Client, name: string): Promise<void> {
  await client.query(`create database ${quoted(name)} template template0`);
  await client.query(`alter database ${quoted(name)} set synchronous_commit = off`);
}

/** Works in the database of this name and in no other, whatever an address leads to. Throws `CannotLook`. */
async function within(url: string, name: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = clientOf(url);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    if (rows[0]?.name !== name)
      throw new CannotLook('the address leads to another database than the scratch one');
    await work(client);
  } finally {
    await client.end();
  }
}

async function oidOf(client: pg.Client, name: string): Promise<string | null> {
  const { rows } = await client.query<{ oid: string }>(
    'select oid::text as oid from pg_database where datname = $1',
    [name],
  );
  return rows[0]?.oid ?? null;
}
