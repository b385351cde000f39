/** A move copies a whole database and compares both sides; backups on a schedule end when they must. */
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moveDatabase } from '../../src/store/backup/move.ts';
import { goOnUnlessMoved } from '../../src/store/backup/moved-away.ts';
import { backupName, newestBackup, pruneBackups, pruneKeys } from '../../src/store/backup/prune.ts';
import { backUp, isDue, prune } from '../../src/store/backup/schedule.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  addPerson,
  contents,
  makeFolders,
  makeInstance,
  makeMigrations,
  type TestInstance,
} from './instance.ts';

const DAY_MS = 86_400_000;
const scratch = await makeFolders();
let postgres: TestPostgres;
let instance: TestInstance;
let migrations: string;

beforeAll(async () => {
  postgres = await startPostgres();
  migrations = await makeMigrations(
    scratch.root,
    "insert into fixture_price values ('from the migration', 1)",
  );
  instance = await makeInstance(await postgres.database(), migrations);
  for (let count = 0; count < 5; count += 1) await addPerson(instance);
}, 60_000);
afterAll(async () => {
  await instance?.close();
  await postgres?.stop();
  await rm(scratch.root, { recursive: true, force: true });
});

async function openAt(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

test('a move leaves the same rows on both sides, the source marked', async () => {
  await instance.client.query("update fixture_price set price = 2 where model = 'from the migration'");
  const to = await postgres.database();
  const { tables } = await moveDatabase(instance.url, to, { migrations });
  expect(tables.find(({ name }) => name === 'fixture_note')?.rows).toBe(15);
  const target = await openAt(to);
  expect(await contents(target)).toEqual(await contents(instance.client));
  expect([await goOnUnlessMoved(instance.client), await goOnUnlessMoved(target)]).toEqual([
    expect.any(Number),
    null,
  ]);
  // Killed after the target's commit, it only has to end: the source is marked, the target is left as it is.
  await instance.client.query('update drizzle.moved_away set done = false');
  expect(await moveDatabase(instance.url, to, { migrations })).toEqual({ tables: [] });
  expect(await goOnUnlessMoved(instance.client)).toEqual(expect.any(Number));
  // Who goes on with the source instead begins anew: the target is another one's then.
  await instance.client.query('update drizzle.moved_away set done = false');
  expect(await goOnUnlessMoved(instance.client)).toBeNull();
  await expect(moveDatabase(instance.url, to, { migrations })).rejects.toMatchObject({ code: 'not_empty' });
  await target.end();
});

test('a move into a database that is not empty is refused', async () => {
  const to = await postgres.database();
  const target = await openAt(to);
  await target.query('create table theirs (a int)');
  await expect(moveDatabase(instance.url, to, { migrations })).rejects.toMatchObject({
    code: 'not_empty',
  });
  await target.query('drop table theirs');
  await target.end();
});

test('copies of keys end at 29 days, by their name or their age; other files are left alone', async () => {
  const folder = join(scratch.root, 'kept-copies');
  await mkdir(folder);
  const now = Date.now();
  const aged = async (days: number): Promise<string> => {
    const name = backupName(now - days * DAY_MS);
    await writeFile(join(folder, name), 'backup');
    await writeFile(join(folder, `${name}.keys`), 'keys');
    return name;
  };
  const [old, young] = [await aged(29), await aged(28)];
  await writeFile(join(folder, 'mine.keys'), 'not ours');
  await utimes(join(folder, 'mine.keys'), 0, 0);
  expect(await pruneKeys(folder, now)).toBe(1);
  expect((await readdir(folder)).sort()).toEqual([old, young, `${young}.keys`, 'mine.keys'].sort());
  await utimes(join(folder, `${young}.keys`), 0, 0);
  expect(await pruneKeys(folder, now)).toBe(1);
  expect(await pruneBackups(folder, 1, instance.keys_)).toBe(1);
  expect((await readdir(folder)).sort()).toEqual([young, 'mine.keys'].sort());
});

test('a scheduled backup is made when it is due, and the oldest go', async () => {
  const folder = join(scratch.root, 'scheduled');
  let now = Date.parse('2030-01-01T00:00:00Z');
  const source = { ...instance.source, now: () => now };
  const schedule = { folder, everyMs: DAY_MS, keep: 2 };
  expect(await isDue({ ...schedule, everyMs: 0 }, now)).toBe(false);
  for (let day = 0; day < 3; day += 1) {
    expect(await isDue(schedule, now)).toBe(true);
    await backUp(source, schedule);
    if (day === 0) expect(await readdir(folder)).toContain('kept-20300101T000000Z.backup');
    expect(await isDue(schedule, now)).toBe(false);
    expect(await isDue(schedule, now - 1)).toBe(true);
    await prune(source, schedule, now);
    now += DAY_MS;
  }
  expect(await newestBackup(folder)).toBe(now - DAY_MS);
  expect((await readdir(folder)).filter((name) => name.endsWith('.backup'))).toHaveLength(2);
  expect(instance.keys_.size().keys.backup).toBe(2);
}, 30_000);
