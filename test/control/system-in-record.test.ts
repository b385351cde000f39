/** What the instance says of itself in the record: source, configuration, keys, gateways without walls. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { releaseOf, shippedFiles } from '../../src/processes/release.ts';
import { ROOT } from '../../src/processes/root.ts';
import { controlSettings, socketsIn } from '../../src/processes/supervisor/settings.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { fillFolder } from '../support/full-folder.ts';
import { LinkClient } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);

afterAll(async () => {
  await control.end();
  await postgres.stop();
});

async function said(
  kind: string,
  of = control,
): Promise<{ role: string; content: Record<string, unknown> }[]> {
  const rows = await of.sql<{ role: string; open: string }>(
    'select role, open from record_entry where kind = $1 order by at, index',
    [kind],
  );
  return rows.map(({ role, open }) => ({ role, content: JSON.parse(open).content }));
}

test('source, configuration and keys: at the first start, and then at each start that finds them changed', async () => {
  const { release, configuration } = control.settings;
  expect(await said('release')).toEqual([{ role: 'operator', content: release }]);
  const [first] = await said('configuration');
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(first).toEqual({ role: 'operator', content: { fields: ['KEPT_DATA'], hash } });
  const [keys] = await said('key_rotation');
  expect(keys?.content).toEqual({ epoch: 1, master_key: expect.stringMatching(/^[0-9a-f]{8}$/) });

  await control.stop();
  await control.start();
  for (const kind of ['release', 'configuration', 'key_rotation']) expect(await said(kind)).toHaveLength(1);

  await control.stop();
  Object.assign(release, { source: '4'.repeat(64) });
  Object.assign(configuration, { digest: '5'.repeat(64) });
  await control.start();
  expect((await said('release'))[1]?.content.source).toBe('4'.repeat(64));
  const [, second] = await said('configuration');
  expect(second?.content.hash).not.toBe(first?.content.hash);
  // The hash is keyed: it is no hash that somebody could compute who guesses the configuration.
  expect([first?.content.hash, second?.content.hash]).not.toContain(configuration.digest);
  const other = await startTestControl(postgres);
  expect((await said('configuration', other))[0]?.content.hash).not.toBe(first?.content.hash);
  await other.end();
});

test('a gateway without walls is told of no key before the record holds it, once for each of its processes', async () => {
  const session = 'a'.repeat(32);
  const { account } = await control.customer();
  const makeRoom = await fillFolder(join(control.settings.ledgerFolder, 'record'));
  // An act finds out that the disk is full.
  await control.admin('PATCH', `/accounts/${account}`, { terms: { zero_retention: false } });
  const opening = LinkClient.open(control.settings.linkSocket, { session, missing: ['landlock', 'user'] });
  let open = false;
  void opening.then(() => {
    open = true;
  });
  // One with all of its walls is served meanwhile.
  (await control.gateway()).close();
  expect(open).toBe(false);
  expect(await said('unconfined_start')).toEqual([]);
  makeRoom();
  (await opening).close();
  const entry = { role: 'operator', content: { gateway: session, missing: ['landlock', 'user'] } };
  expect(await said('unconfined_start')).toEqual([entry]);
  await control.stop();
  await control.start();
  (await control.gateway({ session, missing: ['landlock', 'user'] })).close();
  expect(await said('unconfined_start')).toEqual([entry]);
  (await control.gateway({ missing: ['permission'] })).close();
  expect((await said('unconfined_start')).map(({ content }) => content.missing)).toEqual([
    ['landlock', 'user'],
    ['permission'],
  ]);
});

test('the hash of the source is what the tools of any Unix compute, and every byte and name counts', async () => {
  const files = await shippedFiles(ROOT);
  const release = releaseOf(files);
  const list =
    'find policy src vendor package.json package-lock.json -type f | LC_ALL=C sort | xargs sha256sum';
  const printed = execFileSync('sh', ['-c', `${list} | sha256sum`], { cwd: ROOT, encoding: 'utf8' });
  expect(printed.slice(0, 64)).toBe(release.source);
  expect(releaseOf(files.toReversed())).toEqual(release);
  const [one, ...rest] = files as [(typeof files)[0], ...typeof files];
  const bytes = Buffer.concat([one.bytes, Buffer.from(' ')]);
  expect(releaseOf([{ ...one, bytes }, ...rest]).source).not.toBe(release.source);
  expect(releaseOf([{ ...one, path: `${one.path}x` }, ...rest]).source).not.toBe(release.source);
  expect(() => releaseOf(files.filter(({ path }) => path !== 'package-lock.json'))).toThrow('not among');
});

test('of the configuration: names of what is set, no value; what opens something or names a person is not in the hash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-config-'));
  const terms = (name: string) => ({
    retention_days: 0,
    trains: false,
    attested_by: name,
    until: '2030-01-01',
  });
  const settings = (name: string, more: object, env: Record<string, string>) => {
    const engines = [
      { name: 'vllm', url: 'http://10.0.0.9:8000/v1', key_env: 'VLLM_KEY', terms: terms(name) },
    ];
    writeFileSync(join(folder, 'kept.config.json'), JSON.stringify({ engines, ...more }));
    const config = readConfig({ VLLM_KEY: 'sk-1', KEPT_DATA: '/somewhere', ...env }, folder);
    const release = { source: '', lock: '' };
    const place = {
      databaseUrl: '',
      processors: [],
      linkOwner: null,
      logLevel: 'info',
      release,
    } as const;
    return controlSettings(config, socketsIn('/run'), [], place).configuration;
  };
  const secrets = (n: number) => ({
    KEPT_MASTER_KEY: String(n).repeat(64),
    DATABASE_URL: `postgres://kept:secret-${n}@db.example/kept`,
    VLLM_KEY: `sk-${n}`,
  });
  const plain = settings('Ada Lovelace', { api: { port: 9000 } }, secrets(1));
  expect(plain.fields).toEqual([
    'DATABASE_URL',
    'KEPT_DATA',
    'KEPT_MASTER_KEY',
    'api.port',
    'engines[].key_env',
    'engines[].name',
    'engines[].terms.attested_by',
    'engines[].terms.retention_days',
    'engines[].terms.trains',
    'engines[].terms.until',
    'engines[].url',
  ]);
  expect(settings('Grace Hopper', { api: { port: 9000 } }, secrets(2))).toEqual(plain);
  expect(settings('Ada Lovelace', { api: { port: 9001 } }, secrets(1)).digest).not.toBe(plain.digest);
  expect(JSON.stringify(plain)).not.toMatch(/Ada|secret|sk-1|9000|db\.example/);
  rmSync(folder, { recursive: true });
});
