/**
 * The gateway's walls, seen from inside. Imported before every other module of the gateway: closes what the runtime
 * offers beyond what the gateway needs, and looks whether the kernel's walls stand. What it cannot do from here on:
 * load another network module, connect to a place that is not declared, listen anywhere but where it was told.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** Which walls stand; every health answer says so. */
export interface Walls {
  /** Node's permission model: no files, no processes, no workers, no add-ons, no inspector. */
  readonly permission: boolean;
  /** The kernel's limits: files of size zero, no core. */
  readonly limits: boolean;
  /** Landlock: no names, no undeclared ports, for native code either. */
  readonly landlock: boolean;
  /** Another user than root. */
  readonly user: boolean;
}

/** The modules of Node's that the gateway's source may load; anything else is not there. */
const MODULES = new Set(
  [
    'assert',
    'buffer',
    'crypto',
    'events',
    'fs',
    'module',
    'net',
    'os',
    'path',
    'process',
    'stream',
    'string_decoder',
  ]
    .concat(['timers', 'timers/promises', 'tls', 'url', 'util', 'zlib', 'perf_hooks'])
    .map((name) => `node:${name}`),
);
const GLOBALS = [
  'fetch',
  'WebSocket',
  'EventSource',
  'WebAssembly',
  'Worker',
  'navigator',
  'localStorage',
] as const;

/** Something of the gateway's tried what its walls forbid. */
export class WalledOff extends Error {
  override readonly name = 'WalledOff';
}

let found: Walls = { permission: false, limits: false, landlock: false, user: false };

/** The walls as `checkWalls` found them at the start. */
export const walls = (): Walls => found;

/** Takes away what the gateway never needs. From here on, importing another module of Node's throws. */
export function sealModules(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith('node:') && !MODULES.has(resolved.url)) {
        throw new WalledOff('The gateway has no use for this module.');
      }
      return resolved;
    },
  });
  const refuse = () => {
    throw new WalledOff('The gateway has no use for this.');
  };
  for (const name of GLOBALS) {
    Object.defineProperty(globalThis, name, { get: refuse, set: refuse, configurable: false });
  }
  const builtin = process.getBuiltinModule;
  const narrow = (id: string) => (MODULES.has(`node:${id.replace(/^node:/, '')}`) ? builtin(id) : refuse());
  Object.defineProperty(process, 'getBuiltinModule', { value: narrow, writable: false, configurable: false });
}

/** A local socket to listen on. */
export interface Inherited {
  readonly path: string;
  /** Made by the launcher, since the walls forbid making one; null where there is no launcher. */
  readonly fd: number | null;
}

/** What `net.Socket.connect` is asked for. */
type Place = { path?: unknown; host?: unknown; port?: unknown };

/**
 * From here on `net` connects only where `declared` says so, and listens only on `port` and on the inherited sockets.
 */
export function sealNetwork(
  declared: (place: Place) => boolean,
  port: number,
  inherited: readonly Inherited[],
): void {
  const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: unknown[]) => net.Socket;
  replace(net.Socket.prototype, 'connect', function (this: net.Socket, ...args: unknown[]): net.Socket {
    if (!declared(placeOf(args))) throw new WalledOff('No engine is declared there.');
    return connect.apply(this, args);
  });

  const listen = net.Server.prototype.listen as (this: net.Server, ...args: unknown[]) => net.Server;
  replace(net.Server.prototype, 'listen', function (this: net.Server, ...args: unknown[]): net.Server {
    const place = placeOf(args);
    const socket = inherited.find((one) => one.path === place.path);
    if (socket?.fd === null) return listen.apply(this, args);
    if (socket !== undefined)
      return listen.call(this, { fd: socket.fd }, ...args.filter((a) => typeof a === 'function'));
    if (Number(place.port) !== port || place.path !== undefined)
      throw new WalledOff('The gateway listens elsewhere.');
    return listen.apply(this, args);
  });
  syncBuiltinESMExports();
}

/** For good: nobody can put the old function back. */
function replace(prototype: object, name: string, value: unknown): void {
  Object.defineProperty(prototype, name, { value, writable: false, configurable: false });
}

/** The place that arguments of `connect` or `listen` name, in all the forms that Node takes. */
function placeOf(args: readonly unknown[]): Place {
  // `net.connect` hands its arguments on as one normalised array.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) return first as Place;
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    return typeof args[1] === 'string' ? { port: first, host: args[1] } : { port: first };
  }
  return { path: first };
}

/** Tries the walls: asking alone would believe what is to be checked. Call before `sealNetwork`. */
export async function checkWalls(): Promise<Walls> {
  found = {
    permission: permissionStands(),
    limits: limitsStand(),
    landlock: await landlockStands(),
    user: process.getuid?.() !== 0,
  };
  return found;
}

const probePath = (): string => path.join(os.tmpdir(), `kept-wall-${process.pid}`);

function permissionStands(): boolean {
  const permission = process.permission as typeof process.permission | undefined;
  const rights = ['fs.write', 'child', 'worker', 'wasi', 'addon', 'inspector', 'ffi'];
  if (permission === undefined || rights.some((right) => permission.has(right))) return false;
  try {
    writeFileSync(probePath(), '');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED';
  }
}

/** With 1 a core is too small for a file, and a piped core pattern dumps nothing. */
const CORE_BYTES_MAX = 1;

function limitsStand(): boolean {
  try {
    const text = readFileSync('/proc/self/limits', 'latin1');
    return limitOf(text, 'Max file size') === 0 && limitOf(text, 'Max core file size') <= CORE_BYTES_MAX;
  } catch {
    return reportedLimitsStand();
  }
}

/** The hard limit of a line such as `Max file size   0   0   bytes`; none is infinite. */
function limitOf(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(name)) ?? '';
  const [, hard] = line.slice(name.length).trim().split(/\s+/);
  return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/** Where there is no `/proc` (macOS): limits as Node's report has them; the report itself is never written. */
function reportedLimitsStand(): boolean {
  const report = process.report.getReport() as { userLimits?: Record<string, { hard: unknown } | undefined> };
  const core = report.userLimits?.core_file_size_blocks?.hard;
  return report.userLimits?.file_size_blocks?.hard === 0 && Number(core) <= CORE_BYTES_MAX;
}

/** Whether the kernel refuses to make a name: a local socket, which the permission model lets through. */
function landlockStands(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES'));
    server.listen(probePath(), () => server.close(() => resolve(false)));
  });
}
