/** A deletion by a clock of its own: what it says, and that nothing of it is left on the server and in the data folder. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocuments } from '../../src/control/policy/index.ts';
import { databaseMark } from '../../src/store/walls/logins.ts';
import { broughtBack } from '../../src/verify/checks/clock.ts';
import type { Eyes } from '../../src/verify/eyes.ts';
import { addressOf, takeGround } from '../../src/verify/scratch/ground.ts';
import { COMPANY } from '../support/company.ts';
import { runSql } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-scratch-'));
let postgres: TestPostgres;
let databaseUrl: string;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.database();
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function look(url: string) {
  const settings = {
    siteUrl: 'http://localhost:8080',
    billing: 'prepaid',
    signUp: { mode: 'open', domains: [], credit: 0 },
    databaseUrl: url,
    exportsFolder: path.join(folder, 'exports'),
    linkSocket: '/run/kept/link',
  };
  const documents = await readDocuments(COMPANY, 'prepaid');
  const eyes = { settings, documents, store: { now: Date.now } } as unknown as Eyes;
  return broughtBack.look(eyes, new AbortController().signal);
}

const databases = async (): Promise<string[]> =>
  (
    await client.query<{ name: string }>(
      `select datname as name from pg_database where datname like 'kept\\_scratch\\_%'`,
    )
  ).rows.map(({ name }) => name);

test('nothing brings a probe back; what an earlier look left behind is gone with it', async () => {
  const stray = `kept_scratch_${await databaseMark(client)}`;
  await runSql(databaseUrl, `create database ${stray}`);
  mkdirSync(path.join(folder, 'scratch', 'of a look that was killed'), { recursive: true });
  const { verdict, observed } = await look(databaseUrl);
  expect(observed).toMatch(/none of \d+ sealed values of it opens.*Reach: rows, and \d+ files/);
  expect(verdict).toBe('kept');
  expect(await databases()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);

test('where no database may be made, the keys are walked, and what was not looked at is said', async () => {
  await runSql(databaseUrl, 'create role poor login nosuperuser nocreatedb');
  const { verdict, observed } = await look(databaseUrl.replace('kept@', 'poor@'));
  expect(observed).toMatch(/Reach: keys\. .*CREATEDB.*not looked at/);
  expect(verdict).toBe('kept');
  expect(existsSync(path.join(folder, 'scratch'))).toBe(false);
}, 60_000);

test('it is cleared there and nowhere else, also where our address names no database', async () => {
  expect(addressOf('scratch', 'postgres://a:b@host:5432')).toBe('postgres://a:b@host:5432/scratch');
  expect(addressOf('scratch', 'postgres://a@host?sslmode=require')).toBe(
    'postgres://a@host/scratch?sslmode=require',
  );
  expect(addressOf('scratch', 'postgresql://a@/kept?host=/run/x')).toBe(
    'postgresql://a@/scratch?host=/run/x',
  );
  // The database that an address without a name means: that of its user.
  await client.query('create database kept');
  const nameless = databaseUrl.replace(/\/[^/?]+\?/, '?').replace('@?', '@localhost?');
  const own = databaseUrl.replace(/\/[^/?]+\?/, '/kept?');
  await runSql(own, 'create table ours (id int)');
  const ground = await takeGround(nameless, folder);
  try {
    await runSql(ground.databaseUrl as string, 'create table theirs (id int)');
    await ground.clear();
    const tables = "select tablename from pg_tables where schemaname = 'public'";
    expect(await runSql(ground.databaseUrl as string, tables)).toEqual([]);
    expect(await runSql(own, tables)).toEqual([{ tablename: 'ours' }]);
  } finally {
    await ground.leave();
  }
  expect(await databases()).toEqual([]);
}, 60_000);
