/** Control at work: nothing of it is the tables' owner, a wall that was taken down is told and put up again, and a PostgreSQL that does not let it work so is refused with a sentence. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startControl } from '../../src/control/index.ts';
import { START_FAILURES, type StartFailureCode } from '../../src/control/start-failure.ts';
import { createLog } from '../../src/log/log.ts';
import { printRoleSql } from '../../src/store/walls/apply-walls.ts';
import { startTestControl, type TestControl, testSettings } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, ownedDatabase } from './walled.ts';

let postgres: TestPostgres;
let control: TestControl | null = null;
let maker: string | undefined;
const clients: pg.Client[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  await control?.end();
  control = null;
  await Promise.all(clients.splice(0).map((client) => client.end()));
});
afterAll(async () => postgres?.stop());

/** Of the owner who made the roles, or of another. */
async function owned(attributes?: string) {
  const known = attributes === undefined ? maker : undefined;
  const { url, superuser, owner } = await ownedDatabase(postgres, attributes, known);
  if (attributes === undefined) maker = owner;
  clients.push(superuser);
  return { url, superuser };
}

/** Who is connected to the database that `client` is in, besides it. */
async function connected(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ who: string }>(
    `select distinct usename::text as who from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  return rows.map(({ who }) => who);
}

test('control does all of its work as a login without rights of its own; its owner is gone after the start and after a backup', async () => {
  const { url, superuser } = await owned();
  control = await startTestControl(postgres, { databaseUrl: url });
  const login = /^kept_login_[0-9a-f]{12}_(system|sign_in|request)$/;
  expect((await connected(superuser)).every((who) => login.test(who))).toBe(true);
  const { account, key, email } = await control.customer();
  const gateway = await control.gateway();
  await gateway.records([usage(account, key, 700)]);
  const path = `/accounts/${encodeURIComponent(email)}`;
  const file = join(control.settings.ledgerFolder, '../backup');
  expect((await control.admin('POST', '/backup', { file })).status).toBe(201);
  expect((await control.admin('POST', `${path}/holds`, { reason: 'an order' })).status).toBe(201);
  const { holds } = (await control.admin('GET', '/holds')).body;
  expect((await control.admin('POST', `/holds/${holds[0].id}/end`, {})).status).toBe(200);
  expect((await control.admin('POST', `${path}/erase`, { when: 'after grace' })).status).toBe(200);
  expect((await control.admin('POST', `${path}/erase`, { when: 'now' })).body.state).toBe('done');
  const who = await connected(superuser);
  expect(who.filter((each) => !login.test(each))).toEqual([]);
  gateway.close();
  // Money that a law keeps is apart; all else of the account is gone.
  const [left] = await control.sql<{ apart: number; here: number }>(
    'select (select count(*)::int from retained) as apart, (select count(*)::int from ledger_entry) as here',
  );
  expect(left).toEqual({ apart: 1, here: 0 });
});

test('a wall that was taken down is told; the next start puts it up again, and goes on telling what only a person decides', async () => {
  const { url, superuser } = await owned();
  control = await startTestControl(postgres, { databaseUrl: url });
  const told = async () => (await control?.admin('GET', '/facts'))?.body.database;
  expect(await told()).toEqual({ reachable: true, walls: [] });
  await superuser.query('alter table usage_record disable row level security');
  await superuser.query('grant select on person to kept_meter');
  await superuser.query('create table leftover (note text)');
  await superuser.query('alter table account add column nickname text');
  const leftToPeople = [
    { code: 'column-without-entry', what: 'public.account.nickname', by_start: false },
    { code: 'table-without-entry', what: 'public.leftover', by_start: false },
  ];
  const before = (await told()).walls;
  expect(before).toContainEqual({ code: 'row-security-off', what: 'public.usage_record', by_start: true });
  expect(before).toContainEqual({
    code: 'grant-unknown',
    what: 'kept_meter select public.person *',
    by_start: true,
  });
  for (const each of leftToPeople) expect(before).toContainEqual(each);
  await control.stop();
  await control.start();
  expect((await told()).walls).toEqual(leftToPeople);
  expect(control.lines.some(({ event }) => event === 'walled')).toBe(true);
});

async function expectRefusal(url: string, code: StartFailureCode, keysFolder?: string): Promise<void> {
  const settings = await testSettings(url, keysFolder === undefined ? {} : { keysFolder });
  const starting = startControl(
    settings,
    createLog('control', 'error', () => {}),
  );
  await expect(starting).rejects.toThrow(START_FAILURES[code]);
  await rm(join(settings.linkSocket, '..'), { recursive: true, force: true });
}

test('a database whose user may make no roles is refused, then starts when an administrator made them', async () => {
  const { url, superuser } = await owned('nocreaterole');
  await expectRefusal(url, 'database_roles_missing');
  const tables = await superuser.query(
    `select count(*)::int as count from pg_tables where schemaname = 'public'`,
  );
  expect(tables.rows).toEqual([{ count: 0 }]);
  const settings = await testSettings(url);
  await superuser.query(await printRoleSql(superuser, settings.keysFolder));
  control = await startTestControl(postgres, settings);
  expect((await control.customer()).key).toHaveLength(32);
  await control.stop();
  // Another keys folder knows no password of theirs, and the user may give them none.
  await expectRefusal(url, 'database_login_refused');
});

test('a database in which its user may make no tables is refused', async () => {
  const address = await postgres.database();
  const superuser = await connect(address);
  clients.push(superuser);
  await superuser.query('create role guest login');
  await expectRefusal(address.replace('kept@', 'guest@'), 'database_not_owned');
});
