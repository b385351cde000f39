/** Control starts whole or not at all, and says why in a code that has a sentence. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControl } from '../../src/control/index.ts';
import { bringUp } from '../../src/control/open-database.ts';
import type { ControlSettings } from '../../src/control/settings.ts';
import { START_FAILURES, type StartFailureCode } from '../../src/control/start-failure.ts';
import { createLog, parseLine } from '../../src/log/log.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { runSql, startTestControl, type TestControl, testSettings } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const MIGRATIONS = fileURLToPath(new URL('../../src/store/migrations', import.meta.url));

let postgres: TestPostgres;
let control: TestControl;
const folders: string[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  await control.customer();
  await control.stop();
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
  for (const folder of folders) await rm(folder, { recursive: true });
});

/** Settings whose folder is removed at the end. */
async function settingsFor(databaseUrl: string): Promise<ControlSettings> {
  const settings = await testSettings(databaseUrl);
  folders.push(dirname(settings.linkSocket));
  return settings;
}

async function expectRefusal(code: StartFailureCode, settings = control.settings): Promise<void> {
  const codes: unknown[] = [];
  const log = createLog('control', 'info', (line) => codes.push(parseLine(line.trim())?.code));
  await expect(startControl(settings, log)).rejects.toThrow(START_FAILURES[code]);
  expect(codes).toContain(code);
}

test('a database that is not there', async () => {
  const nowhere = await settingsFor('postgres://kept@/kept?host=/nowhere');
  await expectRefusal('database_away', nowhere);
});

test('a database of a newer version is not touched', async () => {
  const { databaseUrl } = control.settings;
  await runSql(
    databaseUrl,
    "insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 1)",
  );
  await expectRefusal('database_newer');
  await runSql(databaseUrl, "delete from drizzle.__drizzle_migrations where hash = 'newer'");
});

test('a lost pepper while keys hang on it, and a damaged one', async () => {
  const { keysFolder } = control.settings;
  const master = Buffer.from(await readFile(join(keysFolder, 'master-key'), 'latin1'), 'hex');
  const keys = await openKeyStore(keysFolder, master);
  await keys.destroy([{ kind: 'pepper', id: '0'.repeat(32) }]);
  await keys.close();
  await expectRefusal('pepper_missing');
  await writeFile(join(keysFolder, 'pepper'), '0'.repeat(63));
  await expectRefusal('pepper_damaged');
  await rm(keysFolder, { recursive: true });
  await writeFile(keysFolder, '');
  await expectRefusal('keys_unusable');
  await rm(keysFolder);
});

test('a wrong master key, a missing one, and a key store that was lost: says which key it wants, touches nothing', async () => {
  const databaseUrl = await postgres.database();
  const settings = await settingsFor(databaseUrl);
  const masterKey = 'a'.repeat(64);
  const first = await startTestControl(postgres, { ...settings, masterKey });
  await first.customer();
  await first.stop();
  const before = await contents(settings.keysFolder);

  const wanted = createHash('sha256')
    .update('kept master key fingerprint v1')
    .update(Buffer.from(masterKey, 'hex'));
  const fingerprint = wanted.digest('hex').slice(0, 8);
  const log = createLog('control', 'info', () => {});
  const start = (more: Partial<ControlSettings>) => startControl({ ...settings, ...more }, log);
  await expect(start({ masterKey: 'b'.repeat(64) })).rejects.toThrow(fingerprint);
  await expect(start({ masterKey: null })).rejects.toThrow(fingerprint);
  await expect(start({ masterKey: '/nowhere/at/all' })).rejects.toThrow(fingerprint);
  await expect(start({ masterKey: null, masterKeyCommand: ['false'] })).rejects.toThrow(
    START_FAILURES.master_key_unusable,
  );
  expect(await contents(settings.keysFolder)).toEqual(before);

  const running = await start({ masterKey: null, masterKeyCommand: ['echo', masterKey] });
  await running.stop();
  await rm(join(settings.keysFolder, 'epochs'));
  await expect(start({ masterKey })).rejects.toThrow(START_FAILURES.key_store_damaged);
  for (const name of ['people', 'lookups', 'journal']) await rm(join(settings.keysFolder, name));
  await expect(start({ masterKey })).rejects.toThrow(START_FAILURES.key_store_missing);
});

async function contents(folder: string): Promise<Record<string, string>> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}

test('a port in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const fresh = await settingsFor(await postgres.database());
  await expectRefusal('address_in_use', { ...fresh, sitePort: port });
  server.close();
});

test('two that bring up one fresh database at once migrate it once, and both find it walled', async () => {
  const databaseUrl = await postgres.database();
  const place = await settingsFor(databaseUrl);
  const log = createLog('control', 'error', () => {});
  const urls = await Promise.all([bringUp(place, log), bringUp(place, log)]);
  expect(new Set(urls.map(({ system }) => system)).size).toBe(1);
  expect(await runSql(urls[0].system, 'select 1 as one')).toEqual([{ one: 1 }]);
  const [row] = await runSql<{ count: number }>(
    databaseUrl,
    'select count(*)::int as count from drizzle.__drizzle_migrations',
  );
  expect(row?.count).toBe(readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).length);
});
