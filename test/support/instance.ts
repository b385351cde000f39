/**
 * A whole real Kept for a test: supervisor, database, control, gateway, and an engine of the test's or the embedded
 * one, on free ports and in a folder of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireNoRefusal } from './egress.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
/** Node 26 of this installation, whatever runs the tests. */
export const NODE = process.execPath;

const START_MS_MAX = 120_000;
const STOP_MS_MAX = 60_000;
const POLL_MS = 20;

export type RoleName = 'supervisor' | 'gateway' | 'engine' | 'control' | 'postgres';

export interface InstanceOptions {
  /** Variables besides those that are always set; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written as `kept.config.json`. */
  readonly config?: object;
  /** Base URL with `/v1` of an engine of the test's; left out: the embedded engine with the default model. */
  readonly engineUrl?: string;
  /** Left out: a new temporary folder, removed at the end. */
  readonly dataFolder?: string;
  /** Where the source is; left out: this repository. */
  readonly root?: string;
  /** Arguments after `start`. */
  readonly args?: readonly string[];
  /** What starts it, instead of Node with `src/main.ts start`. */
  readonly command?: readonly string[];
  /** Flags of Node's. */
  readonly nodeFlags?: readonly string[];
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Instance {
  readonly apiUrl: string;
  readonly siteUrl: string;
  readonly apiPort: number;
  readonly sitePort: number;
  readonly dataFolder: string;
  readonly supervisor: ChildProcess;
  /** Everything that it printed so far. */
  stdout(): string;
  stderr(): string;
  /** Runs `kept ARGS` on this instance. */
  kept(args: readonly string[], input?: string): Promise<CommandResult>;
  /** An account with credit, and a key of it. */
  account(options?: { email?: string; creditUsd?: string; keyArgs?: readonly string[] }): Promise<{
    readonly id: string;
    readonly email: string;
    readonly keyId: string;
    readonly key: string;
  }>;
  pids(role: RoleName): number[];
  /** Sends `signal` (SIGKILL unless said otherwise) to every process of a role. */
  kill(role: RoleName, signal?: NodeJS.Signals): void;
  /** Waits until `role` runs as other processes than `before`. */
  restarted(role: RoleName, before: readonly number[]): Promise<void>;
  ready(): Promise<void>;
  metrics(): Promise<string>;
  /** SIGTERM, then waits for the end; removes the data folder if it was made here. */
  stop(): Promise<number | null>;
}

/** A start that failed: its code and what it printed. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  constructor(code: number | null, stdout: string, stderr: string) {
    super(`kept start ended with ${code}: ${stderr || stdout}`);
    this.code = code;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** Ports that nobody listens on at the moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts an instance and waits until both servers are ready; throws `StartFailed` when it ends instead. */
export async function startKept(options: InstanceOptions = {}): Promise<Instance> {
  const made = options.dataFolder === undefined;
  const home = mkdtempSync(path.join(os.tmpdir(), 'kept-test-'));
  const dataFolder = options.dataFolder ?? path.join(home, 'data');
  const [apiPort, sitePort] = (await freePorts(2)) as [number, number];
  const env = environment(options, home, dataFolder, apiPort, sitePort);
  const root = options.root ?? ROOT;
  const main = path.join(root, 'src/main.ts');
  const started = [NODE, ...(options.nodeFlags ?? []), main, 'start', ...(options.args ?? [])];
  const [program = NODE, ...args] = options.command ?? started;
  const supervisor = spawn(program, args, {
    env,
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(supervisor.stdout);
  const stderr = collect(supervisor.stderr);
  const exited = new Promise<number | null>((resolve) => supervisor.once('close', resolve));
  const clean = () => {
    rmSync(home, { recursive: true, force: true });
    if (made) rmSync(dataFolder, { recursive: true, force: true });
  };

  const facts = () => readInstanceFile(dataFolder);
  const instance: Instance = {
    apiUrl: env.KEPT_API_URL ?? `http://127.0.0.1:${apiPort}`,
    siteUrl: env.KEPT_SITE_URL ?? `http://127.0.0.1:${sitePort}`,
    apiPort,
    sitePort,
    dataFolder,
    supervisor,
    stdout,
    stderr,
    kept: (args, input = '') => runCommand(main, args, env, input),
    account: async ({
      email = `person-${apiPort}-${Date.now()}@example.org`,
      creditUsd = '10',
      keyArgs = [],
    } = {}) => {
      const ask = async (args: readonly string[]) => {
        const result = await instance.kept([...args, '--json']);
        if (result.code !== 0) throw new Error(`kept ${args[0]} ${args[1]}: ${result.stderr}`);
        return JSON.parse(result.stdout) as Record<string, string>;
      };
      const { id } = await ask(['account', 'create', '--email', email, '--name', 'A Person']);
      if (creditUsd !== '0')
        await ask(['credit', 'add', '--account', email, '--amount', creditUsd, '--reason', 'test']);
      const key = await ask(['key', 'create', '--account', email, '--name', 'test', ...keyArgs]);
      return { id: id as string, email, keyId: key.id as string, key: key.key as string };
    },
    pids: (role) => {
      if (role === 'supervisor') return supervisor.pid === undefined ? [] : [supervisor.pid];
      return (facts()?.processes ?? []).filter((one) => one.role === role).map((one) => one.pid);
    },
    kill: (role, signal = 'SIGKILL') => {
      for (const pid of instance.pids(role)) process.kill(pid, signal);
    },
    restarted: async (role, before) => {
      const deadline = Date.now() + START_MS_MAX;
      for (;;) {
        const now = instance.pids(role);
        if (now.length >= before.length && now.every((pid) => !before.includes(pid))) return;
        if (Date.now() > deadline) throw new Error(`${role} did not come back: ${stderr()}`);
        await sleep(POLL_MS);
      }
    },
    ready: async () => {
      const deadline = Date.now() + START_MS_MAX;
      while (!(await bothReady(apiPort, sitePort, options.config))) {
        if (Date.now() > deadline) throw new Error(`not ready: ${stderr()}`);
        await sleep(POLL_MS);
      }
    },
    metrics: async () => (await fetch(`http://127.0.0.1:${facts()?.metricsPort}/metrics`)).text(),
    stop: async () => {
      supervisor.kill('SIGTERM');
      const late = sleep(STOP_MS_MAX, 'late', { ref: false });
      const code = await Promise.race([exited, late]);
      if (code === 'late') supervisor.kill('SIGKILL');
      clean();
      if (code === 'late') throw new Error(`kept start did not stop: ${stderr()}`);
      requireNoRefusal(stdout() + stderr());
      return code as number | null;
    },
  };

  const deadline = Date.now() + START_MS_MAX;
  while (!stdout().includes('npx --no kept ask')) {
    const ended = supervisor.exitCode !== null || supervisor.signalCode !== null;
    if (ended || Date.now() > deadline) {
      supervisor.kill('SIGKILL');
      const code = await exited;
      if (made) clean();
      else rmSync(home, { recursive: true, force: true });
      throw new StartFailed(code, stdout(), stderr());
    }
    await sleep(POLL_MS);
  }
  return instance;
}

function environment(
  options: InstanceOptions,
  home: string,
  dataFolder: string,
  apiPort: number,
  sitePort: number,
): Record<string, string> {
  const configFile = path.join(home, 'kept.config.json');
  writeFileSync(configFile, JSON.stringify(options.config ?? {}));
  const all: Record<string, string | undefined> = {
    PATH: `${path.dirname(NODE)}:${process.env.PATH}`,
    HOME: home,
    KEPT_MODEL_CACHE: process.env.KEPT_MODEL_CACHE || path.join(os.tmpdir(), 'kept-test-models'),
    KEPT_DATA: dataFolder,
    KEPT_CONFIG: configFile,
    KEPT_API_PORT: String(apiPort),
    KEPT_SITE_PORT: String(sitePort),
    KEPT_ENGINE_URL: options.engineUrl,
    ...options.env,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const parts: Buffer[] = [];
  stream?.on('data', (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString('utf8');
}

interface InstanceFile {
  readonly metricsPort: number;
  readonly processes: readonly { readonly role: RoleName; readonly pid: number }[];
}

function readInstanceFile(dataFolder: string): InstanceFile | null {
  const file = path.join(dataFolder, 'instance.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as InstanceFile) : null;
}

async function bothReady(apiPort: number, sitePort: number, config: object | undefined): Promise<boolean> {
  const tls = (config as { api?: { tls?: unknown } } | undefined)?.api?.tls !== undefined;
  const places = [
    `http://127.0.0.1:${sitePort}/readyz`,
    ...(tls ? [] : [`http://127.0.0.1:${apiPort}/readyz`]),
  ];
  const replies = await Promise.all(
    places.map((place) =>
      fetch(place).then(
        (r) => r.ok,
        () => false,
      ),
    ),
  );
  return replies.every(Boolean);
}

/** Runs `kept ARGS` to its end. */
export async function runCommand(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<CommandResult> {
  const child = spawn(NODE, [main, ...args], { env, cwd: path.dirname(path.dirname(main)), stdio: 'pipe' });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout: stdout(), stderr: stderr() };
}
