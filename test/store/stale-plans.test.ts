/**
 * A table that is altered by hand while control runs: statements that a connection has planned fail on it once, and the next
 * connection works, of the pool and of the writer.
 */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { isOutage, isStalePlan } from '../../src/store/failures.ts';
import { prepare, run } from '../../src/store/prepared.ts';
import { Writer } from '../../src/store/writer.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const ALL = prepare(sql`select * from thing`);

let postgres: TestPostgres;
let url: string;
let owner: pg.Client;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database();
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query('create role kept_meter');
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await owner.query(
    'create table thing (id int); insert into thing values (1); grant all on thing to kept_meter',
  );
  database = openDatabase(url);
});
afterEach(async () => {
  await database.close();
  await owner.query('drop table thing');
});

const alter = () => owner.query('alter table thing add column more int');
const inTransaction = () => database.db.transaction((tx) => run(tx, ALL));
const backend = async () =>
  (await database.db.transaction((tx) => tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)))
    .rows[0]?.pid;

test('a transaction fails once, as one that may be tried again, and the next has another connection', async () => {
  expect(await inTransaction()).toEqual([{ id: 1 }]);
  const before = await backend();
  await alter();
  const error = await inTransaction().catch((thrown: unknown) => thrown);
  expect([isStalePlan(error), isOutage(error)]).toEqual([true, true]);
  expect(await inTransaction()).toEqual([{ id: 1, more: null }]);
  expect(await backend()).not.toBe(before);
});

test('outside of a transaction and on a lent connection too', async () => {
  expect(await run(database.db, ALL)).toEqual([{ id: 1 }]);
  await alter();
  await run(database.db, ALL).catch(() => {});
  expect(await run(database.db, ALL)).toEqual([{ id: 1, more: null }]);
  await owner.query('alter table thing add column most int');
  const lent = () => database.lend((client) => run(drizzle(client as pg.PoolClient), ALL));
  await lent().catch(() => {});
  expect(await lent()).toEqual([{ id: 1, more: null, most: null }]);
});

test('a statement that PostgreSQL does not know how to run is no stale plan, and its connection stays', async () => {
  const before = await backend();
  const error = await database.db
    .transaction((tx) => tx.execute(sql`select 1 from thing for update of thing, other`))
    .catch((thrown: unknown) => thrown);
  expect([isStalePlan(error), isOutage(error)]).toEqual([false, false]);
  const unsupported = await database.db
    .transaction((tx) => tx.execute(sql`select distinct id from thing for update`))
    .catch((thrown: unknown) => thrown);
  expect([isStalePlan(unsupported), isOutage(unsupported)]).toEqual([false, false]);
  expect(await backend()).toBe(before);
});

test('the writer makes its connection anew and repeats what may be repeated', async () => {
  let lost = 0;
  const writer = new Writer(url, 'kept_meter', {
    onConnect: async () => {},
    onLost: () => {
      lost += 1;
    },
    onBack: () => {},
  });
  const read = () => writer.repeat((client) => run(drizzle(client), ALL));
  expect(await read()).toEqual([{ id: 1 }]);
  await alter();
  expect(await read()).toEqual([{ id: 1, more: null }]);
  expect(lost).toBe(1);
  await writer.stop();
});
