/** A restore that is killed anywhere: nobody may start there, and run again it ends as if nothing had happened. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBackup } from '../../src/store/backup/backup.ts';
import { type RestoreStep, restoreBackup } from '../../src/store/backup/restore.ts';
import { restoreUnderWay } from '../../src/store/backup/restore-mark.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';
import {
  addPerson,
  contents,
  makeFolders,
  makeInstance,
  makeMigrations,
  optionsFor,
  placeFor,
} from './instance.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const STEPS: readonly RestoreStep[] = [
  'keys read',
  'verified',
  'marked',
  'ledger',
  'loaded',
  'committed',
  'keys',
  'erased keys',
];
/** By default a share of the points that changes with the seed. */
const SHARE = 3;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 30_000);
afterAll(() => postgres?.stop());

test('killed after any step of a restore: refused or whole, and the next run ends it', async () => {
  const scratch = await makeFolders();
  const migrations = await makeMigrations(scratch.root);
  const instance = await makeInstance(await postgres.database(), migrations);
  const people = [await addPerson(instance), await addPerson(instance)];
  const file = join(scratch.root, 'a.backup');
  await writeBackup(instance.source, file);
  const before = await contents(instance.client);
  const random = seeded();
  const shuffled = STEPS.toSorted(() => random() - 0.5);
  const points = process.env.KEPT_TEST_ALL ? STEPS : shuffled.slice(0, SHARE);
  console.log(`killed after: ${points.join(', ')} (${points.length} of ${STEPS.length} points)`);
  for (const step of points) {
    const folders = await makeFolders();
    const url = await postgres.database();
    const place = placeFor(folders, url, instance.master);
    const told = JSON.stringify({ ...place, master: instance.master.toString('hex') });
    const child = spawn(process.execPath, [CHILD, file, told, migrations, step], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal, step).toBe('SIGKILL');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select to_regclass('fixture_person') is not null as there");
    // Before the commit nothing can be read; after it, nobody may start until the keys are in their place.
    expect(rows[0].there, step).toBe(['committed', 'keys', 'erased keys'].includes(step));
    if (rows[0].there) expect(await restoreUnderWay(folders.data)).not.toBeNull();
    await restoreBackup(file, place, optionsFor(file, migrations));
    expect(await contents(client), step).toEqual(before);
    await client.end();
    expect(await restoreUnderWay(folders.data)).toBeNull();
    const keys = await openKeyStore(folders.keys, instance.master);
    for (const person of people) expect(keys.has('person', person), step).toBe(true);
    await keys.close();
    await rm(folders.root, { recursive: true, force: true });
  }
  await instance.close();
  await rm(scratch.root, { recursive: true, force: true });
}, 900_000);
