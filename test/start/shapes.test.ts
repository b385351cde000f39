/** Other shapes than the newcomer's: TLS, several gateways on one port, a port for root, a start that is called off. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { freePorts, NODE, ROOT, startKept } from '../support/instance.ts';

const root = process.getuid?.() === 0;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let folder: string;
beforeAll(async () => {
  engine = await spawnFastEngine();
  folder = mkdtempSync(path.join(os.tmpdir(), 'kept-shapes-'));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('TLS with a key that only root may read: the gateway stays who it is, without capabilities, and says so', async () => {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '30'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  const kept = await startKept({ engineUrl: engine.url, config: { api: { tls: { cert, key } } } });
  const asked = await kept.kept(['ask'], 'hello');
  const health = await new Promise<string>((resolve, reject) => {
    const options = { port: kept.apiPort, path: '/healthz', rejectUnauthorized: false, agent: false };
    https
      .get(options, (reply) => reply.on('data', (part: Buffer) => resolve(part.toString())))
      .on('error', reject);
  });
  expect(await kept.stop(), kept.stderr()).toBe(0);
  expect(asked.stderr).toContain('completion tokens');
  expect(JSON.parse(health)).toMatchObject({ walls: { permission: true, limits: true, user: !root } });
});

test('three gateways on one port, each with its own figures', async () => {
  const kept = await startKept({ engineUrl: engine.url, config: { gateways: 3 } });
  const { key } = await kept.account();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' };
  const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'hello' }] });
  const ask = async () =>
    (await fetch(`${kept.apiUrl}/v1/chat/completions`, { method: 'POST', headers, body })).status;
  const statuses: number[] = [];
  for (let round = 0; round < 6; round++)
    statuses.push(...(await Promise.all(Array.from({ length: 10 }, ask))));
  const metrics = await kept.metrics();
  const gateways = kept.pids('gateway').length;
  expect(await kept.stop()).toBe(0);
  expect(gateways).toBe(3);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  const counts = [
    ...metrics.matchAll(/^kept_requests_total\{gateway="\d",.*endpoint="chat".*\} (\d+)$/gm),
  ].map((m) => Number(m[1]));
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(60);
});

test.skipIf(!root)('a port below 1024 as another user than root', async () => {
  const kept = await startKept({ engineUrl: engine.url, env: { KEPT_API_PORT: '943' } });
  const reply = await fetch('http://127.0.0.1:943/healthz');
  const health = (await reply.json()) as { walls: Record<string, boolean> };
  expect(await kept.stop()).toBe(0);
  expect(health.walls).toEqual({ permission: true, limits: true, landlock: true, user: true });
});

test.each([150, 600, 1500, 3000])('a start that is called off after %i ms leaves nothing', async (ms) => {
  const dataFolder = path.join(folder, `called-off-${ms}`);
  const [api, site] = (await freePorts(2)) as [number, number];
  const env = {
    PATH: process.env.PATH,
    KEPT_DATA: dataFolder,
    KEPT_API_PORT: String(api),
    KEPT_SITE_PORT: String(site),
    KEPT_ENGINE_URL: engine.url,
  };
  const child = spawn(NODE, ['src/main.ts', 'start'], { cwd: ROOT, env, stdio: 'ignore' });
  await sleep(ms);
  child.kill('SIGTERM');
  const code = await new Promise((resolve) => child.once('exit', (exit, signal) => resolve(exit ?? signal)));
  expect([0, 'SIGTERM']).toContain(code);
  const left = existsSync(dataFolder) ? readdirSync(dataFolder) : [];
  expect(left.filter((name) => name === 'instance.json' || name.endsWith('.new'))).toEqual([]);
  if (process.platform === 'linux') expect(processesOn(dataFolder)).toEqual([]);
});

/** Processes that know the folder by argument or environment. */
function processesOn(dataFolder: string): string[] {
  return execFileSync(
    'sh',
    ['-c', `grep -lsF '${dataFolder}' /proc/[0-9]*/environ /proc/[0-9]*/cmdline || true`],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter((line) => line !== '' && !line.includes('/self/') && !line.includes(`/${process.pid}/`))
    .filter(
      (line) => existsSync(line) && !execFileSync('cat', [line], { encoding: 'latin1' }).includes('grep'),
    );
}
