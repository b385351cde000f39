/** A data folder of PostgreSQL 17 is moved into one of ours, with every row; the old one stays beside it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { upgradeCluster } from '../../src/processes/backup/upgrade-cluster.ts';
import { findBinaries } from '../../src/processes/postgres/binaries.ts';
import { ensureCluster, MAJOR, majorOf } from '../../src/processes/postgres/cluster.ts';
import { databaseUser } from '../../src/processes/postgres/identity.ts';
import { olderBinaries } from '../../src/processes/postgres/older.ts';
import { databaseUrl, startServer } from '../../src/processes/postgres/server.ts';
import { applyMigrations } from '../../src/store/backup/migrations.ts';
import { installOlder, OLDER } from '../support/older-postgres.ts';
import { makeMigrations } from './instance.ts';

async function withDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

test('a data folder of an older major is moved whole; the old folder stays', async (context) => {
  const root = await mkdtemp(path.join(tmpdir(), 'kept-up-'));
  try {
    await chmod(root, 0o755);
    const native = await installOlder(root);
    if (native === null) {
      console.log(`PostgreSQL ${OLDER} cannot be fetched here: the upgrade from it was not tried.`);
      return context.skip();
    }
    const current = findBinaries(path.join(root, 'links'));
    const old = olderBinaries(root, '17', path.join(root, 'old-links'));
    expect(() => olderBinaries(root, '16', path.join(root, 'links-16'))).toThrow(
      /are of PostgreSQL 17, the data folder is of 16/,
    );
    const user = databaseUser([root], [current.postgres, old.postgres]);
    const place = { folder: path.join(root, 'postgres'), passwordFile: path.join(root, 'password'), user };
    const migrations = await makeMigrations(root);
    const serve = async (
      binaries: typeof old,
      password: string,
      work: (client: pg.Client) => Promise<void>,
    ) => {
      const socketFolder = path.join(root, 's');
      const server = await startServer(binaries, { ...place, socketFolder });
      await server.ready;
      await withDatabase(databaseUrl(socketFolder, password), work);
      const gone = new Promise((resolve) => server.child.once('exit', resolve));
      server.child.kill('SIGINT');
      await gone;
    };
    await serve(old, await ensureCluster(old, place), async (client) => {
      await applyMigrations(client, migrations, 0);
      await client.query("insert into fixture_price select 'model ' || n, n from generate_series(1, 1000) n");
    });
    expect(majorOf(place.folder)).toBe('17');
    const upgrade = { place, socketFolder: path.join(root, 'u'), old, current, migrations };
    const upgraded = await upgradeCluster(upgrade);
    expect(upgraded?.tables.find(({ name }) => name === 'fixture_price')?.rows).toBe(1000);
    expect([majorOf(place.folder), majorOf(`${place.folder}.of-postgresql-17`)]).toEqual([MAJOR, '17']);
    await serve(current, await ensureCluster(current, place), async (client) => {
      const { rows } = await client.query(
        'select count(*)::int as n, sum(price)::int as sum from fixture_price',
      );
      expect(rows).toEqual([{ n: 1000, sum: 500_500 }]);
    });
    expect(await upgradeCluster(upgrade)).toBeNull();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}, 120_000);
