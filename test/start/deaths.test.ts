/** What dies is brought back, what is killed leaves nothing in the way, and nobody is left over. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEED_PACED, spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, type RoleName, StartFailed, startKept } from '../support/instance.ts';

let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
beforeAll(async () => {
  engine = await spawnFastEngine();
});
afterAll(() => engine.stop());

const alive = (pid: number) => existsSync(`/proc/${pid}`);

function completion(kept: Instance, key: string, more: object = {}): Promise<Response> {
  const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'hello' }], ...more });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${kept.apiUrl}/v1/chat/completions`, { method: 'POST', headers, body });
}

describe('one process that dies', () => {
  let kept: Instance;
  let key: string;
  beforeAll(async () => {
    kept = await startKept({ engineUrl: engine.url });
    key = (await kept.account()).key;
  });
  afterAll(() => kept.stop());

  test.skipIf(process.platform !== 'linux')('names and environments are what the interface says', () => {
    for (const role of ['gateway', 'control'] as const) {
      const read = (file: string) =>
        readFileSync(`/proc/${kept.pids(role)[0]}/${file}`, 'latin1').split('\0');
      expect(read('cmdline').slice(-3, -1)).toEqual([expect.stringMatching(/src\/main\.ts$/), role]);
      expect(read('environ')).toContain(`KEPT_DATA=${kept.dataFolder}`);
    }
  });

  test('a second instance on the same data folder is refused, is told whose it is, and harms nothing', async () => {
    const { dataFolder } = kept;
    const refused = await startKept({ engineUrl: engine.url, dataFolder }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartFailed);
    expect((refused as StartFailed).stderr).toContain(
      `in use by another instance (process ${kept.supervisor.pid})`,
    );
    expect((await fetch(`${kept.siteUrl}/readyz`)).status).toBe(200);
    const doctor = await kept.kept(['doctor', '--json']);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ running: true });
  });

  test.each<[RoleName, NodeJS.Signals]>([
    ['gateway', 'SIGKILL'],
    ['gateway', 'SIGSEGV'],
    ['control', 'SIGKILL'],
    ['postgres', 'SIGKILL'],
    ['control', 'SIGABRT'],
  ])('%s by %s is restarted, the others go on, and requests work again', async (role, signal) => {
    const others = (['gateway', 'control', 'postgres'] as const).filter((one) => one !== role);
    const before = others.map((one) => kept.pids(one));
    const dead = kept.pids(role);
    kept.kill(role, signal);
    await kept.restarted(role, dead);
    await kept.ready();
    expect(others.map((one) => kept.pids(one))).toEqual(before);
    let status = 0;
    for (let tries = 0; tries < 100 && status !== 200; tries++) {
      status = await completion(kept, key).then(
        (reply) => reply.status,
        () => 0,
      );
      if (status !== 200) await sleep(50);
    }
    expect(status).toBe(200);
    expect(kept.stderr()).toContain(`"event":"died","role":"${role}"`);
    expect(kept.stderr()).toContain(`"event":"restarted","role":"${role}"`);
  });
});

test.skipIf(process.platform !== 'linux')(
  'when the supervisor is killed everything ends by itself, and the next start works at once',
  async () => {
    const first = await startKept({ engineUrl: engine.url });
    const dataFolder = first.dataFolder;
    const { email } = await first.account();
    const children = (['gateway', 'control', 'postgres'] as const).flatMap((role) => first.pids(role));
    first.supervisor.kill('SIGKILL');
    await new Promise((resolve) => first.supervisor.once('exit', resolve));
    const second = await startKept({
      engineUrl: engine.url,
      dataFolder,
      env: { KEPT_API_PORT: String(first.apiPort), KEPT_SITE_PORT: String(first.sitePort) },
    });
    const left = children.filter(alive);
    const usage = await second.kept(['usage', '--account', email, '--json']);
    expect(await second.stop()).toBe(0);
    await first.stop();
    expect(left).toEqual([]);
    expect(usage.code).toBe(0);
  },
);

test.skipIf(process.platform !== 'linux')(
  'when everything is killed at once the next start works',
  async () => {
    const first = await startKept({ engineUrl: engine.url });
    for (const role of ['postgres', 'supervisor', 'control', 'gateway'] as const) first.kill(role);
    await new Promise((resolve) => first.supervisor.once('exit', resolve));
    const second = await startKept({ engineUrl: engine.url, dataFolder: first.dataFolder });
    expect(await second.stop()).toBe(0);
    await first.stop();
  },
);

test('SIGTERM lets a stream finish, records it, and closes the database cleanly', async () => {
  const kept = await startKept({ engineUrl: engine.url });
  const dataFolder = kept.dataFolder;
  const { key, email } = await kept.account();
  const reply = await completion(kept, key, {
    stream: true,
    seed: SEED_PACED,
    stream_options: { include_usage: true },
  });
  const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = decoder.decode((await reader.read()).value);
  kept.supervisor.kill('SIGTERM');
  for (let part = await reader.read(); !part.done; part = await reader.read())
    text += decoder.decode(part.value);
  await new Promise((resolve) => kept.supervisor.once('close', resolve));
  expect(kept.supervisor.exitCode).toBe(0);
  expect(text).toContain('data: [DONE]');
  expect(text).toContain('"completion_tokens":64');
  expect(readdirSync(`${dataFolder}/postgres`)).not.toContain('postmaster.pid');

  const again = await startKept({ engineUrl: engine.url, dataFolder });
  const usage = await again.kept(['usage', '--account', email, '--json']);
  await again.stop();
  await kept.stop();
  const { totals } = JSON.parse(usage.stdout) as { totals: { requests: number; completion_tokens: number } };
  expect(totals).toMatchObject({ requests: 1, completion_tokens: 64 });
});

test('a second signal ends what a stream would hold up', async () => {
  const kept = await startKept({ engineUrl: engine.url });
  const { key } = await kept.account();
  const reply = await completion(kept, key, { stream: true, seed: 1 });
  await (reply.body as ReadableStream<Uint8Array>).getReader().read();
  kept.supervisor.kill('SIGTERM');
  await sleep(1000);
  expect(kept.supervisor.exitCode).toBe(null);
  kept.supervisor.kill('SIGTERM');
  await new Promise((resolve) => kept.supervisor.once('close', resolve));
  expect(kept.supervisor.exitCode).toBe(0);
  await kept.stop();
});
