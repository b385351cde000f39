/** A backup is a stream: it needs little memory; a full disk is said as such and leaves what was there. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBackup } from '../../src/store/backup/backup.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { makeFolders, makeInstance, makeMigrations, type TestInstance } from './instance.ts';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./memory-child.ts', import.meta.url));
/** Garbage is collected soon: what is measured is what a backup needs, not what V8 lets lie about. */
const SOON = '--max-semi-space-size=2';
const GROWN_BYTES_MAX = 64 * 1024 * 1024;
const scratch = await makeFolders();
let postgres: TestPostgres;
let instance: TestInstance;

beforeAll(async () => {
  postgres = await startPostgres();
  instance = await makeInstance(await postgres.database(), await makeMigrations(scratch.root));
  await instance.client.query('insert into fixture_person (id, email) values (gen_random_uuid(), $1)', ['x']);
  await instance.client.query(
    `insert into fixture_note (id, person_id, text)
     select gen_random_uuid(), p.id, sha256(n::text::bytea) || sha256((-n)::text::bytea) || sha256((2 * n)::text::bytea)
     from generate_series(1, 100000) n, fixture_person p`,
  );
}, 60_000);
afterAll(async () => {
  await instance?.close();
  await postgres?.stop();
  await rm(scratch.root, { recursive: true, force: true });
});

test('a backup of 100,000 rows fits in 64 MB of memory', async () => {
  const { stdout } = await run(process.execPath, [SOON, CHILD, instance.url, scratch.root]);
  const { grown, size } = JSON.parse(stdout);
  console.log(`grew by ${Math.round(grown / 1e6)} MB, file of ${Math.round(size / 1e6)} MB`);
  expect(size).toBeGreaterThan(9_000_000);
  expect(grown).toBeLessThan(GROWN_BYTES_MAX);
}, 60_000);

test('a full disk: a clear error, nothing left behind, what was there is as it was', async (context) => {
  const small = join(scratch.root, 'small');
  await mkdir(small);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', small]);
  } catch {
    console.log('No small disk can be made here: a full one was not tried.');
    return context.skip();
  }
  try {
    await writeFile(join(small, 'theirs'), 'kept');
    await expect(writeBackup(instance.source, join(small, 'one.backup'))).rejects.toMatchObject({
      code: 'disk_full',
    });
    expect(await readdir(small)).toEqual(['theirs']);
    expect(instance.keys_.size().keys.backup).toBe(0);
  } finally {
    await run('umount', [small]);
  }
}, 30_000);
