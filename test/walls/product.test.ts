/** Control's own tables and statements behind the walls: what the writer does goes through, and nothing beyond it. */
import { rm } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyUse } from '../../src/control/keys/key-use.ts';
import { SessionStore } from '../../src/control/limits/session-store.ts';
import { recordUsage, voidUsage } from '../../src/control/usage/record-usage.ts';
import { usageRecord } from '../../src/control/usage/schema.ts';
import { walls } from '../../src/control/walls.ts';
import { newId } from '../../src/link/ids.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type Migrated, migrateAndWall } from '../../src/store/migrate.ts';
import { asRole } from '../../src/store/walls/as-role.ts';
import { urlAs } from '../../src/store/walls/logins.ts';
import { Writer } from '../../src/store/writer.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, keysFolder, NO_RIGHT, ownedDatabase, refusal } from './walled.ts';

let postgres: TestPostgres;
let owner: pg.Client;
let writer: Writer;
let system: Database;
let request: Database;
let migrated: Migrated;
let folder: string;
const [shop, other] = [newId(), newId()];
const key = newId();

beforeAll(async () => {
  postgres = await startPostgres();
  const { url, superuser } = await ownedDatabase(postgres);
  await superuser.end();
  folder = await keysFolder();
  migrated = await migrateAndWall(url, walls, folder);
  const { logins } = migrated;
  owner = await connect(url);
  await owner.query(`insert into account (id, way) select unnest($1::uuid[]), 'operator'`, [[shop, other]]);
  const events = { onConnect: async () => {}, onLost: () => {}, onBack: () => {} };
  writer = new Writer(urlAs(url, logins.system), 'kept_meter', events);
  system = openDatabase(urlAs(url, logins.system), 'kept_system');
  request = openDatabase(urlAs(url, logins.request));
});
afterAll(async () => {
  await writer?.stop();
  await system?.close();
  await request?.close();
  await owner?.end();
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('every difference that a program can repair is repaired in the product’s own tables', () => {
  expect(migrated.left.filter(({ repair }) => repair.length > 0)).toEqual([]);
  expect(migrated.left.map(({ code }) => code)).not.toContain('table-missing');
});

test('the writer records, charges and voids usage, keeps sessions, and notes when a key was used', async () => {
  const records = [usage(shop, key, 700), usage(shop, key, 300), usage(other, newId(), 50)];
  const record = () => writer.repeat((client) => recordUsage(client, [...records, usage(newId(), key, 5)]));
  expect(await record()).toEqual({ known: new Set(), dropped: new Set([3]) });
  expect(await record()).toEqual({ known: new Set([0, 1, 2]), dropped: new Set([3]) });
  const ids = records.slice(0, 1).map(({ id }) => id);
  const refunds = await writer.repeat((client) => voidUsage(client, [...ids, newId()]));
  expect(refunds).toMatchObject([{ account: shop, price: 700 }]);
  const { rows } = await owner.query(
    `select replace(id::text, '-', '') as id, balance_microusd::int as balance from account order by balance_microusd`,
  );
  expect(rows).toEqual([
    { id: shop, balance: -300 },
    { id: other, balance: -50 },
  ]);
  expect(await new SessionStore(writer).latest(1000)).toEqual([]);
  await owner.query(`insert into api_key (id, account_id, hash) values ($1, $2, 'x')`, [key, shop]);
  new KeyUse(writer).used([key]);
  await writer.once(async () => {});
  const used = await owner.query('select last_used_on is not null as used from api_key');
  expect(used.rows).toEqual([{ used: true }]);
});

test('the writer’s role reads no name and gives itself no right', async () => {
  for (const statement of [
    'select name from account',
    'select email from person',
    'update account set active = true',
    'delete from usage_record',
    'update usage_record set price_microusd = 0',
    'delete from usage_day',
    'update usage_day set day = now()',
    'update ledger_entry set amount_microusd = 1',
  ]) {
    expect(await refusal(writer.once((client) => client.query(statement))), statement).toBe(NO_RIGHT);
  }
});

test('a page that forgets its account shows the usage of one account only', async () => {
  const rows = await asRole(request.db, 'kept_request', { account: shop }, (tx) =>
    tx.select({ account: usageRecord.account }).from(usageRecord),
  );
  expect(new Set(rows.map(({ account }) => account))).toEqual(new Set([shop]));
  const all = await system.db.select({ account: usageRecord.account }).from(usageRecord);
  expect(new Set(all.map(({ account }) => account))).toEqual(new Set([shop, other, null]));
});

test('plans of the console use their index behind row security', async () => {
  await owner.query(
    `insert into usage_record (id, account_id, key_id, started_at) select gen_random_uuid(), gen_random_uuid(), $1, now() from generate_series(1, 5000)`,
    [newId()],
  );
  await owner.query('analyze usage_record');
  const plan = await asRole(request.db, 'kept_request', { account: shop }, (tx) =>
    tx.execute('explain select count(*) from usage_record'),
  );
  expect(JSON.stringify(plan.rows)).toContain('usage_record_account');
});
