/** The walls of a real instance, from outside: environment, limits, signals, what is printed, and refusing without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, NODE, ROOT, StartFailed, startKept } from '../support/instance.ts';
import { copySource } from '../support/source-copy.ts';

const linux = process.platform === 'linux';
const CANARY = 'a-canary-in-a-fault-6f1d';
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;

beforeAll(async () => {
  engine = await spawnFastEngine();
});
afterAll(() => engine.stop());

async function ask(kept: Instance, key: string, text: string): Promise<Response | null> {
  const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: text }] });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${kept.apiUrl}/v1/chat/completions`, { method: 'POST', headers, body }).catch(() => null);
}

describe.skipIf(!linux)('a running gateway', () => {
  let kept: Instance;
  let pid: number;
  const proc = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1');
  const status = (label: string) => new RegExp(`^${label}:\\s*(\\S+)`, 'm').exec(proc('status'))?.[1];

  beforeAll(async () => {
    const env = {
      NODE_OPTIONS: '--max-http-header-size=8192',
      NODE_DEBUG: 'net',
      DEBUG: '*',
      KEPT_SECRET_OF_THE_SHELL: 'nothing for children',
      NODE_EXTRA_CA_CERTS: '',
      KEPT_ENGINE_KEY: 'an-engine-key-that-no-environment-needs',
    };
    kept = await startKept({ engineUrl: engine.url, env });
    pid = kept.pids('gateway')[0] as number;
  });
  afterAll(() => kept.stop());

  test('knows of its environment only the data folder', () => {
    const names = proc('environ')
      .split('\0')
      .filter(Boolean)
      .map((one) => one.split('=')[0]);
    expect(names).toEqual(['KEPT_DATA']);
  });

  test('can leave no core and no file, and gains no rights', () => {
    expect(proc('limits')).toMatch(/Max file size\s+0\s+0/);
    expect(proc('limits')).toMatch(/Max core file size\s+[01]\s+[01]\s/);
    expect(proc('coredump_filter').trim()).toMatch(/^0+$/);
    expect(status('NoNewPrivs')).toBe('1');
    expect(status('CapEff')).toMatch(/^0+$/);
  });

  test.skipIf(process.getuid?.() !== 0)('started by root is another user', () => {
    expect(Number(status('Uid'))).toBeGreaterThan(1_000_000_000);
  });

  test('says so in every health answer', async () => {
    const health = (await (await fetch(`${kept.apiUrl}/healthz`)).json()) as {
      walls: Record<string, boolean>;
    };
    expect(health.walls).toMatchObject({ permission: true, limits: true, landlock: true });
  });

  test('opens no inspector on SIGUSR1', async () => {
    const ports = () => readdirSync(`/proc/${pid}/fd`).length;
    const before = ports();
    process.kill(pid, 'SIGUSR1');
    await sleep(300);
    const after = kept.pids('gateway')[0] === pid ? ports() : before;
    expect(after).toBe(before);
    expect(kept.stderr()).not.toMatch(/Debugger listening/);
    await kept.ready();
  });

  test('is the only one that holds the socket of the API', () => {
    const inode = (tcp: string) =>
      readFileSync(tcp, 'latin1')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .find((f) => f[3] === '0A' && Number.parseInt(f[1]?.split(':')[1] ?? '', 16) === kept.apiPort)?.[9];
    const socket = `socket:[${inode('/proc/net/tcp')}]`;
    const holders = kept.pids('supervisor').concat(kept.pids('control'), kept.pids('postgres'));
    const { readlinkSync } = process.getBuiltinModule('node:fs');
    const holds = (one: number) =>
      readdirSync(`/proc/${one}/fd`).some((fd) => {
        try {
          return readlinkSync(`/proc/${one}/fd/${fd}`) === socket;
        } catch {
          return false;
        }
      });
    expect(holders.filter(holds)).toEqual([]);
    expect(holds(kept.pids('gateway')[0] as number)).toBe(true);
  });

  test('doctor finds every wall in its place', async () => {
    const { stdout } = await kept.kept(['doctor', '--json']);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
    const walls = checks.filter(({ name }) => /^gateway/.test(name));
    expect(walls.length).toBeGreaterThanOrEqual(3);
    expect(walls.filter(({ state }) => state === 'problem')).toEqual([]);
  });
});

/** What is planted in the gateway's source, each on a word in the prompt. */
const PLANTED = {
  'uncaught-error': 'queueMicrotask(() => { throw new Error(text); });',
  'standard-output': "process.stdout.write(text + '\\n');",
  'standard-error': 'console.error(text);',
  'field-of-its-own':
    "process.stdout.write(JSON.stringify({ at: 1, level: 'info', from: 'gateway', event: 'request', text }) + '\\n');",
  'text-in-a-field':
    "process.stdout.write(JSON.stringify({ at: 1, level: 'info', from: 'gateway', event: 'fault', code: text }) + '\\n');",
};

test('whatever a gateway prints of a prompt stays in the supervisor, which counts it', async () => {
  const find = '  checkBytes(body);\n';
  const planted = Object.entries(PLANTED).map(
    ([word, code]) => `  if (text.includes('${word}')) { ${code} }\n`,
  );
  const replace = `${find}  const text = body.toString();\n${planted.join('')}`;
  const copy = copySource([{ file: 'src/gateway/api/body.ts', find, replace }]);
  const kept = await startKept({ engineUrl: engine.url, root: copy.root });
  try {
    const { key } = await kept.account();
    for (const word of Object.keys(PLANTED).reverse()) {
      const before = kept.pids('gateway');
      await ask(kept, key, `${CANARY} ${word}`);
      if (word === 'uncaught-error') await kept.restarted('gateway', before);
    }
  } finally {
    await kept.stop();
    copy.remove();
  }
  expect(kept.stdout() + kept.stderr()).not.toContain(CANARY);
  const lines = kept
    .stderr()
    .split('\n')
    .filter((line) => line.includes('"event":"lines_withheld"'));
  const withheld = lines.reduce((sum, line) => sum + (JSON.parse(line) as { count: number }).count, 0);
  expect(withheld).toBe(Object.keys(PLANTED).length - 1);
  expect(kept.stderr()).toContain('"event":"fault","class":"Error","place":"src/gateway/api/body.ts');
});

describe('without its walls', () => {
  test('a gateway started without them does not serve', async () => {
    const child = spawn(NODE, ['src/main.ts', 'gateway'], { cwd: ROOT, stdio: 'pipe', env: {} });
    let printed = '';
    child.stdout.on('data', (part: Buffer) => {
      printed += part.toString();
    });
    const settings = { logLevel: 'info', allowUnconfined: false, engines: [], port: 1, host: '127.0.0.1' };
    child.stdin.end(`${JSON.stringify({ settings, inherited: [] })}\n`);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(78);
    expect(printed).toContain('"event":"unconfined","wall":"permission"');
    expect(printed).toContain('"event":"unconfined","wall":"limits"');
  });

  test('kept start says so in one sentence, and serves with --allow-unconfined, which health answers tell', async () => {
    const find = 'if (plan.noFiles) attempt';
    const replace = 'if (plan.noFiles && false) attempt';
    const copy = copySource([{ file: 'src/processes/confine/launcher.ts', find, replace }]);
    try {
      const refused = await startKept({ engineUrl: engine.url, root: copy.root }).catch(
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(StartFailed);
      expect((refused as StartFailed).stderr).toContain('--allow-unconfined');
      const kept = await startKept({ engineUrl: engine.url, root: copy.root, args: ['--allow-unconfined'] });
      const health = (await (await fetch(`${kept.apiUrl}/healthz`)).json()) as {
        walls: Record<string, boolean>;
      };
      expect(await kept.stop()).toBe(0);
      expect(health.walls).toMatchObject({ permission: true, limits: false });
      expect(kept.stderr()).toContain('"event":"unconfined","wall":"limits"');
    } finally {
      copy.remove();
    }
  });

  test('where there is no launcher the shell lays the limits, and health answers say what is missing', async () => {
    // Without the launcher PostgreSQL's user cannot be let into a folder that is closed to it.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-no-launcher-'));
    chmodSync(folder, 0o755);
    const kept = await startKept({
      engineUrl: engine.url,
      dataFolder: path.join(folder, 'data'),
      nodeFlags: ['--no-experimental-ffi'],
    });
    const health = (await (await fetch(`${kept.apiUrl}/healthz`)).json()) as {
      walls: Record<string, boolean>;
    };
    const asked = await kept.kept(['ask'], 'hello');
    expect(await kept.stop(), kept.stderr()).toBe(0);
    rmSync(folder, { recursive: true });
    expect(asked.code).toBe(0);
    expect(health.walls).toMatchObject({ permission: true, limits: true, landlock: false });
    expect(kept.stderr()).toContain('"event":"unconfined","wall":"landlock"');
  });
});
