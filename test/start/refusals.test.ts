/** A start that cannot work says in one sentence what to do, ends with a code, and leaves nothing half done. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type InstanceOptions, StartFailed, startKept } from '../support/instance.ts';

const root = process.getuid?.() === 0;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let folder: string;

beforeAll(async () => {
  engine = await spawnFastEngine();
  folder = mkdtempSync(path.join(os.tmpdir(), 'kept-refusals-'));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts what must not start; returns what it said on standard error. */
async function refusal(options: InstanceOptions): Promise<string> {
  const failed = await startKept({ engineUrl: engine.url, ...options }).then(
    async (kept) => {
      await kept.stop();
      return null;
    },
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(StartFailed);
  const { code, stderr } = failed as StartFailed;
  expect(code).toBe(1);
  const sentences = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(sentences, stderr).toHaveLength(1);
  expect(sentences[0]).toMatch(/^[A-Z/].*: .*\.$|^[A-Z].*\.$/);
  return sentences[0] as string;
}

describe('the configuration', () => {
  const engineAt = (url: string, more: object = {}) => ({ engines: [{ name: 'far', url, ...more }] });
  const terms = { retention_days: 0, trains: false, attested_by: 'Somebody', until: '2999-12-31' };
  test.each<[string, object, RegExp]>([
    ['an unknown key', { prot: 1 }, /"prot" is wrong: is not a key that Kept knows/],
    [
      'credit for a sign-up where nobody has credit',
      { billing: 'budget_only', sign_up_credit: 5 },
      /"sign_up_credit" is set, but nobody has credit/,
    ],
    [
      'credit for a sign-up where use has no price',
      { billing: 'off', sign_up_credit: 5 },
      /"sign_up_credit" is set, but nobody has credit with "billing": "off"/,
    ],
    [
      'plans without Stripe’s keys',
      { plans: [{ id: 'start', name: 'Start', every: 'month', price: 20 }] },
      /"plans" are set, but nobody can pay/,
    ],
    [
      'a plan of parts of a cent',
      { plans: [{ id: 'start', name: 'Start', every: 'month', price: 20.001 }] },
      /"plans\.0\.price"/,
    ],
    ['an unknown key deep inside', { api: { tls: { cert: 'a', key: 'b', pin: 'c' } } }, /"api\.tls\.pin"/],
    ['a wrong type', { gateways: 'two' }, /"gateways"/],
    ['a number out of range', { gateways: 0 }, /"gateways"/],
    [
      'a price below zero',
      { models: [{ name: 'm', prices: { prompt: -1, completion: 1 } }] },
      /"models\.0\.prices\.prompt"/,
    ],
    ['a network that is none', { trusted_proxies: ['10.0.0.0/33'] }, /"trusted_proxies\.0"/],
    ['an engine with a user in its address', engineAt('http://u:p@127.0.0.1/v1'), /"engines\.0\.url"/],
    [
      'terms without a date',
      engineAt('https://203.0.113.7/v1', { terms: { ...terms, until: 'soon' } }),
      /"engines\.0\.terms\.until"/,
    ],
    [
      'terms with a typo',
      engineAt('https://203.0.113.7/v1', { terms: { ...terms, train: true } }),
      /"engines\.0\.terms\.train"/,
    ],
    [
      'an engine key that is not set',
      engineAt('http://127.0.0.1:9/v1', { key_env: 'NO_SUCH_KEY' }),
      /NO_SUCH_KEY, which is empty/,
    ],
    [
      'two engines of one name',
      {
        engines: [engineAt('http://127.0.0.1:9/v1').engines[0], engineAt('http://127.0.0.1:8/v1').engines[0]],
      },
      /Two engines are called "far"/,
    ],
    [
      'a model on an engine that is not there',
      { models: [{ name: 'm', engines: ['near'] }] },
      /names the engine "near"/,
    ],
    ['plain HTTP for everybody', { api: { host: '0.0.0.0' } }, /plain HTTP on 0\.0\.0\.0/],
  ])('%s', (_, config, sentence) => {
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    expect(() => readConfig({ KEPT_CONFIG: file }, folder)).toThrow(sentence);
  });

  test.each<[string, object, RegExp]>([
    ['of an unknown key', { prot: 1 }, /"prot" is wrong: is not a key that Kept knows/],
    [
      'of an engine far away without terms',
      engineAt('https://203.0.113.7/v1'),
      /nobody has declared what it does with prompts/,
    ],
  ])('%s the start says one sentence', async (_, config, sentence) => {
    expect(await refusal({ config })).toMatch(sentence);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a port that is none', { KEPT_API_PORT: '70000' }, /"KEPT_API_PORT"/],
    ['a port in words', { KEPT_SITE_PORT: 'eighty' }, /"KEPT_SITE_PORT"/],
    ['a level that is none', { KEPT_LOG_LEVEL: 'loud' }, /"KEPT_LOG_LEVEL"/],
    ['a database that is none', { DATABASE_URL: 'mysql://x' }, /"DATABASE_URL"/],
    ['mail for an address that is not set', { KEPT_MAIL_PORT: '2525' }, /set "controller\.policy_email"/],
    ['a mailbox of an address that is not set', { IMAP_URL: 'imaps://u:p@host' }, /IMAP_URL takes mail/],
    ['a mailbox without a user', { IMAP_URL: 'imaps://host' }, /"IMAP_URL" is wrong: must be like/],
    ['one port for both', { KEPT_API_PORT: '9000', KEPT_SITE_PORT: '9000' }, /cannot both have port 9000/],
    [
      'a configuration that is not there',
      { KEPT_CONFIG: '/nowhere/kept.json' },
      /\/nowhere\/kept\.json cannot be read/,
    ],
  ])('%s', (_, env, sentence) => {
    expect(() => readConfig(env, folder)).toThrow(sentence);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' },
      /DATABASE_URL does not answer/,
    ],
    [
      'an address that this machine has not',
      { KEPT_HOST: '192.0.2.55', KEPT_TRUSTED_PROXIES: '10.0.0.0/8' },
      /has no address 192\.0\.2\.55/,
    ],
  ])('%s', async (_, env, sentence) => {
    expect(await refusal({ env })).toMatch(sentence);
  });

  test('a file that is not JSON', () => {
    const file = path.join(folder, 'broken.json');
    writeFileSync(file, '{ "gateways": 1, }');
    expect(() => readConfig({ KEPT_CONFIG: file }, folder)).toThrow(/is not JSON/);
  });
});

describe('the machine', () => {
  test.each(['KEPT_API_PORT', 'KEPT_SITE_PORT', 'KEPT_METRICS_PORT'])(
    'a port in use: %s',
    async (variable) => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const dataFolder = path.join(folder, `ports-${variable}`);
      const sentence = await refusal({ dataFolder, env: { [variable]: String(port) } });
      server.close();
      expect(sentence).toContain(`Port ${port}`);
      expect(sentence).toContain(variable);
      expect(existsSync(path.join(dataFolder, 'postgres'))).toBe(false);
      expect(existsSync(path.join(dataFolder, 'instance.json'))).toBe(false);
    },
  );

  test('a data folder that is a file', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal({ dataFolder: file })).toMatch(/is not a folder/);
  });

  test.skipIf(root)('a data folder that is not ours', async () => {
    const closed = path.join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(await refusal({ dataFolder: path.join(closed, 'data') })).toMatch(/cannot be written/);
  });

  test('a database folder without a database', async () => {
    const dataFolder = path.join(folder, 'strange');
    mkdirSync(path.join(dataFolder, 'postgres'), { recursive: true });
    expect(await refusal({ dataFolder })).toMatch(/holds no database/);
  });

  test('a database of another version', async () => {
    const dataFolder = path.join(folder, 'older');
    mkdirSync(path.join(dataFolder, 'postgres'), { recursive: true });
    writeFileSync(path.join(dataFolder, 'postgres/PG_VERSION'), '14\n');
    expect(await refusal({ dataFolder })).toMatch(/is of PostgreSQL 14, this Kept brings 18/);
  });

  const canMount = root && process.platform === 'linux' && spawnSync('mount', ['--version']).status === 0;
  test.skipIf(!canMount)('a full disk', async () => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', disk]).status !== 0) return;
    try {
      const dataFolder = path.join(disk, 'data');
      expect(await refusal({ dataFolder })).toMatch(/is full/);
      expect(readdirSync(dataFolder).filter((name) => name.startsWith('postgres'))).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

describe('the model', () => {
  const withModel = (model: string) => ({ env: { KEPT_ENGINE_URL: undefined, KEPT_MODEL: model } });

  test('a model file that is not there', async () => {
    expect(await refusal(withModel(path.join(folder, 'none.gguf')))).toMatch(/is not there/);
  });

  test('a model file that is something else', async () => {
    const file = path.join(folder, 'text.gguf');
    writeFileSync(file, 'this is no model');
    expect(await refusal(withModel(file))).toMatch(/is not a GGUF/);
  });

  test('a model file that is damaged', async () => {
    const file = path.join(folder, 'damaged.gguf');
    writeFileSync(file, Buffer.concat([Buffer.from('GGUF\x03\0\0\0'), Buffer.alloc(4096, 7)]));
    expect(await refusal(withModel(file))).toMatch(/could not be loaded/);
  });
});

test('a damaged pepper is named, and where to take it from', async () => {
  const dataFolder = path.join(folder, 'damaged-pepper');
  mkdirSync(path.join(dataFolder, 'keys'), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(dataFolder, 'keys', 'pepper'), 'not hex', { mode: 0o600 });
  expect(await refusal({ dataFolder })).toContain('`keys/pepper` is damaged');
});
