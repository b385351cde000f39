/** A data folder of a version before the walls: its owner learns to make roles, and their logins get in. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries } from '../../src/processes/postgres/binaries.ts';
import { ensureCluster } from '../../src/processes/postgres/cluster.ts';
import { databaseUser } from '../../src/processes/postgres/identity.ts';
import { runOnce } from '../../src/processes/postgres/run.ts';
import { databaseUrl, whileServed } from '../../src/processes/postgres/server.ts';
import { migrateAndWall } from '../../src/store/migrate.ts';
import { urlAs } from '../../src/store/walls/logins.ts';
import { connect, keysFolder } from './walled.ts';

/** What `pg_hba.conf` held. */
const EARLIER = 'local kept kept scram-sha-256\n';

test('an earlier folder is brought up once, and works behind the walls with its old password', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'kept-earlier-'));
  try {
    chmodSync(root, 0o755);
    const binaries = findBinaries(path.join(root, 'links'));
    const user = databaseUser([root], [binaries.initdb, binaries.postgres]);
    const folder = path.join(root, 'postgres');
    const place = { folder, passwordFile: path.join(root, 'password'), user };
    const password = await ensureCluster(binaries, place);
    const hba = path.join(folder, 'pg_hba.conf');
    const now = readFileSync(hba, 'utf8');
    const single = ['--single', '-D', folder, 'postgres'];
    const taken = await runOnce(
      binaries,
      user,
      binaries.postgres,
      single,
      'ALTER ROLE kept NOCREATEROLE NOCREATEDB\n',
    );
    expect(taken.output).not.toMatch(/ERROR|FATAL/);
    writeFileSync(hba, EARLIER);

    expect(await ensureCluster(binaries, place)).toBe(password);
    expect(readFileSync(hba, 'utf8')).toBe(now);
    const socketFolder = path.join(root, 's');
    await whileServed(binaries, { ...place, socketFolder }, async () => {
      const url = databaseUrl(socketFolder, password);
      const { logins } = await migrateAndWall(url, { map: [], needs: [] }, await keysFolder());
      const client = await connect(urlAs(url, logins.system));
      await client.query('set role kept_meter');
      const { rows } = await client.query('select current_user as me');
      expect(rows).toEqual([{ me: 'kept_meter' }]);
      await client.end();
      const owner = await connect(url);
      await owner.query('create database kept_scratch_test');
      await (await connect(url.replace('/kept?', '/kept_scratch_test?'))).end();
      await owner.end();
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
