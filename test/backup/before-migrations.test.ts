/** Before the tables of a database with people in it are changed there is a verified backup, or nothing is changed. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyMigrations, MIGRATIONS_FOLDER, schemaOf } from '../../src/store/backup/migrations.ts';
import { verifyBackup } from '../../src/store/backup/verify.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { MASTER_KEY, makePlace, type Place, removePlaces, serve } from './commands.ts';

const LOADED_MS = 120_000;
const MASTER = Buffer.from(MASTER_KEY, 'hex');
const PERSON = 'ab'.repeat(16);
let postgres: TestPostgres;
let all: number;

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client({ connectionString: await postgres.database() });
  await client.connect();
  await applyMigrations(client, MIGRATIONS_FOLDER, 0);
  all = (await schemaOf(client)).migrations;
  await client.end();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  await removePlaces();
});

/** A database of the version before, with one person. */
async function earlier(): Promise<{ place: Place; client: pg.Client }> {
  const place = await makePlace(await postgres.database());
  const client = new pg.Client({ connectionString: place.databaseUrl });
  await client.connect();
  await applyMigrations(client, MIGRATIONS_FOLDER, 0, all - 1);
  const keys = await openKeyStore(place.keys, MASTER);
  await keys.create('person', PERSON);
  await keys.close();
  await client.query('insert into person (id, email, name) values ($1, $2, $2)', [PERSON, Buffer.alloc(60)]);
  return { place, client };
}

const scheduleOf = (place: Place) => ({ folder: place.backups, everyMs: 0, keep: 7 });

test(
  'made, checked, in the record, and only when a migration is pending',
  async () => {
    const { place, client } = await earlier();
    const control = await serve(postgres, place, { backups: scheduleOf(place) });
    const names = (await readdir(place.backups)).filter((name) => name.endsWith('.backup'));
    expect(names).toHaveLength(1);
    expect((await schemaOf(client)).migrations).toBe(all);
    const { rows } = await client.query("select role from record_entry where kind = 'backup'");
    expect(rows).toEqual([{ role: 'system' }]);
    await control.stop();
    const keys = await openKeyStore(place.keys, MASTER);
    const { header, totals } = await verifyBackup(join(place.backups, names[0] as string), keys);
    await keys.close();
    expect(header.schema.migrations).toBe(all - 1);
    expect(totals.tables.find(({ name }) => name === 'person')?.rows).toBe(1);
    await control.start();
    expect((await readdir(place.backups)).filter((name) => name.endsWith('.backup'))).toEqual(names);
    await control.end();
    await client.end();
  },
  LOADED_MS,
);

test(
  'no room for it: nothing is changed, and the start says why',
  async () => {
    const { place, client } = await earlier();
    await writeFile(place.backups, '');
    const refused = serve(postgres, place, { backups: scheduleOf(place) });
    await expect(refused).rejects.toMatchObject({ code: 'backup_before_failed' });
    expect((await schemaOf(client)).migrations).toBe(all - 1);
    await client.end();
  },
  LOADED_MS,
);

test(
  'a migration that fails leaves the database as it was, and the start names the command back',
  async () => {
    const { place, client } = await earlier();
    await mkdir(place.backups);
    // Every migration but the last is there; the last one finds its place taken.
    await client.query(
      'delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)',
    );
    const refused = serve(postgres, place, { backups: scheduleOf(place) });
    await expect(refused).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringContaining('npx --no kept restore FILE'),
    });
    expect((await schemaOf(client)).migrations).toBe(all - 2);
    expect((await readdir(place.backups)).filter((name) => name.endsWith('.backup'))).toHaveLength(1);
    await client.end();
  },
  LOADED_MS,
);
