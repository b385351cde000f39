/** How each of our own roles is started: its walls, its flags, its environment, and its settings on standard input. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type Fingerprints,
  START_FAILURES,
  type StartFailureCode,
  startSentence,
} from '../../control/start-failure.ts';
import type { EngineSettings as EngineAddress } from '../../gateway/settings.ts';
import type { Role } from '../../log/fields.ts';
import type { LogLine } from '../../log/log.ts';
import { FIRST_INHERITED_FD, launch } from '../confine/launch.ts';
import type { Identity, LandlockRules, Plan } from '../confine/plan.ts';
import { ROOT } from '../root.ts';
import { StartError } from '../start-error.ts';
import type { Launched } from './keeper.ts';
import { readLines } from './lines.ts';

export const MAIN = path.join(ROOT, 'src/main.ts');

const CAP_NET_BIND_SERVICE = 10;
const PRIVILEGED_PORTS = 1024;
const DEVICES = ['/dev/null'];
/** The program that the kernel starts to load Node; executing Node needs the right to execute it. */
const LOADERS = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];
const COMMON_FLAGS = ['--disable-sigusr1', '--disable-warning=ExperimentalWarning'];

/** Handing on of records, and counting of what is none. */
export interface Output {
  readonly passOn: (line: LogLine) => void;
  readonly withheld: (role: Role, count: number) => void;
}

interface RoleLaunch {
  readonly role: 'gateway' | 'engine' | 'control';
  readonly flags: readonly string[];
  readonly settings: unknown;
  readonly env: Readonly<Record<string, string>>;
  readonly walls: Pick<Plan, 'noFiles' | 'sockets' | 'identity' | 'capabilities' | 'landlock'>;
  /** What to say when it ends before it is ready for the first time. */
  readonly failure: string;
}

/** Starts a role; ready when it has logged `ready`. */
export async function launchRole(what: RoleLaunch, output: Output): Promise<Launched> {
  const child = launch({
    ...what.walls,
    deathSignal: 'SIGKILL',
    file: process.execPath,
    args: ['node', ...COMMON_FLAGS, ...what.flags, MAIN, what.role],
    env: what.env,
  });
  child.stdin?.on('error', () => {}); // it died early; its exit says so
  child.stdin?.end(`${JSON.stringify(what.settings)}\n`);
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  let { failure } = what;
  const lines = readLines(
    [child.stdout, child.stderr].filter((s) => s !== null),
    (line) => {
      if (line.event === 'ready' && line.from === what.role) ready.resolve();
      if (line.event === 'fault') failure = sentenceOf(line) ?? failure;
      output.passOn(line);
    },
  );
  const report = () => {
    const count = lines.takeWithheld();
    if (count > 0) output.withheld(what.role, count);
  };
  const timer = setInterval(report, REPORT_MS);
  timer.unref();
  child.once('close', () => {
    clearInterval(timer);
    report();
    ready.reject(new StartError(failure));
  });
  child.once('error', () => ready.reject(new StartError(failure)));
  await once(child, 'spawn').catch(() => {});
  return { child, ready: ready.promise };
}
const REPORT_MS = 5000;

/** What control says by a code of why it does not start; the sentence is not in the log, which takes no text. */
function sentenceOf({ code, wanted, given }: LogLine): string | undefined {
  if (typeof code !== 'string' || !(code in START_FAILURES)) return undefined;
  return startSentence(code as StartFailureCode, { wanted, given } as Fingerprints);
}

function landlock(bind: readonly number[], connect: readonly number[]): LandlockRules {
  return {
    execute: [process.execPath, ...LOADERS.filter((l) => existsSync(l))],
    write: DEVICES,
    bind,
    connect,
  };
}

export interface GatewayWalls {
  readonly identity: Identity | null;
  readonly apiPort: number;
  readonly engines: readonly EngineAddress[];
  readonly inside: string;
  readonly tlsFiles: readonly string[];
}

/** What the gateway may read: its own source, its certificate, and its own limits. */
export function gatewayReads(tlsFiles: readonly string[]): string[] {
  const source = ['main.ts', 'gateway', 'link', 'log', 'processes/gateway.ts', 'processes/role.ts'];
  return [
    ...source.map((part) => path.join(ROOT, 'src', part)),
    path.join(ROOT, 'package.json'),
    ...tlsFiles,
    '/proc/self/limits',
    '/proc/self/status',
  ];
}

export function gatewayFlags(tlsFiles: readonly string[]): string[] {
  return [
    '--permission',
    '--allow-net',
    ...gatewayReads(tlsFiles).map((file) => `--allow-fs-read=${file}`),
    '--no-addons',
    '--disallow-code-generation-from-strings',
    '--no-experimental-sqlite',
    '--no-experimental-ffi',
    '--no-experimental-websocket',
    '--no-experimental-webstorage',
    '--no-experimental-require-module',
    '--no-experimental-global-navigator',
    '--no-global-search-paths',
    '--no-extra-info-on-fatal-exception',
  ];
}

export function gatewayWalls(walls: GatewayWalls): RoleLaunch['walls'] {
  const ports = walls.engines.filter((engine) => engine.socket === null).map((engine) => portOf(engine.url));
  return {
    noFiles: true,
    sockets: [{ path: walls.inside, fd: FIRST_INHERITED_FD, owner: null }],
    identity: walls.identity,
    capabilities: walls.apiPort < PRIVILEGED_PORTS ? [CAP_NET_BIND_SERVICE] : [],
    landlock: landlock([walls.apiPort], ports),
  };
}

/** `reader` is the gateway's user, who connects to the engine's socket. */
export function engineWalls(
  identity: Identity | null,
  reader: Identity | null,
  socket: string,
): RoleLaunch['walls'] {
  return {
    noFiles: true,
    sockets: [{ path: socket, fd: FIRST_INHERITED_FD, owner: reader }],
    identity,
    capabilities: [],
    landlock: landlock([], []),
  };
}

/** Control writes keys and sockets of its own: it has no walls, but leaves no core and ends with the supervisor. */
export const controlWalls: RoleLaunch['walls'] = {
  noFiles: false,
  sockets: [],
  identity: null,
  capabilities: null,
  landlock: null,
};

/** As far as the native binding lets it: it loads an add-on, forks to try it, and reads the model. */
export const ENGINE_FLAGS = [
  '--permission',
  // Node warns that each of these weakens the permission model; it does, and limits and Landlock hold all the same.
  '--disable-warning=SecurityWarning',
  '--allow-net',
  '--allow-addons',
  '--allow-child-process',
  '--allow-worker',
  '--allow-fs-read=*',
  '--no-experimental-sqlite',
  '--no-experimental-ffi',
  '--no-experimental-webstorage',
];

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port !== '' ? Number(port) : protocol === 'https:' ? 443 : 80;
}
