/** The walls of a real instance, from outside: environment, limits, signals, what is printed, and refusing without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
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

describe('what a gateway prints', () => {
  test.each([
    [
      'an uncaught error that holds a prompt',
      "queueMicrotask(() => { throw new Error(body.toString('utf8')); });",
    ],
    ['a prompt on standard output', "process.stdout.write(body.toString('utf8') + '\\n');"],
    ['a prompt on standard error', 'console.error(body.toString());'],
    [
      'a log line with a field of its own',
      "process.stdout.write(JSON.stringify({ at: 1, level: 'info', from: 'gateway', event: 'request', prompt: body.toString() }) + '\\n');",
    ],
  ])('%s stays in the supervisor', async (_, planted) => {
    const copy = copySource();
    const start = '  checkBytes(body);\n';
    copy.patch('src/gateway/api/body.ts', start, `${start}  ${planted}\n`);
    const kept = await startKept({ engineUrl: engine.url, root: copy.root });
    try {
      const { key } = await kept.account();
      const before = kept.pids('gateway');
      await ask(kept, key, CANARY);
      if (planted.includes('throw')) await kept.restarted('gateway', before);
      await sleep(200);
    } finally {
      await kept.stop();
      copy.remove();
    }
    expect(kept.stdout() + kept.stderr()).not.toContain(CANARY);
    expect(kept.stderr()).toMatch(/"event":"(lines_withheld|fault)"/);
  });
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
    const copy = copySource();
    copy.patch(
      'src/processes/confine/launcher.ts',
      'if (plan.noFiles) attempt',
      'if (plan.noFiles && false) attempt',
    );
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
});
