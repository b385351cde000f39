/**
 * The one place of the gateway that opens connections. Where it may connect to is fixed at the start from the
 * declared engines and the link's socket; everything else throws, before a packet leaves (INFER-2).
 */
import net from 'node:net';
import tls from 'node:tls';
import type { EngineSettings } from './settings.ts';

/** Where a connection goes: a local socket, or host and port, the latter perhaps over TLS. */
export type Target =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly tls: boolean };

/** Reads of engines land in one buffer for all connections; a reader copies what it keeps. */
export const READ_BUFFER_BYTES = 64 * 1024;
const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** Somebody asked for a connection to a place that the configuration does not name. */
export class UndeclaredTarget extends Error {
  override readonly name = 'UndeclaredTarget';
}

const allowed = new Set<string>();
let sealed = false;

const nameOf = (target: Target): string =>
  'path' in target ? `unix:${target.path}` : `${target.tls ? 'tls' : 'tcp'}:${target.host}:${target.port}`;

/** The target of an engine's URL. */
export function engineTarget(engine: EngineSettings): Target {
  if (engine.socket !== null) return { path: engine.socket };
  const url = new URL(engine.url);
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { host, port, tls: secure };
}

/** Names every place that may ever be connected to. Callable once. */
export function allowOnly(targets: readonly Target[]): void {
  if (sealed) throw new Error('The list of targets is fixed at the start.');
  sealed = true;
  for (const target of targets) allowed.add(nameOf(target));
}

/** Whether options given to `net.connect` name a declared place; the wall in `walls.ts` asks this of every socket. */
export function isDeclared(options: { path?: unknown; host?: unknown; port?: unknown }): boolean {
  if (typeof options.path === 'string') return allowed.has(`unix:${options.path}`);
  const place = `${String(options.host ?? 'localhost')}:${Number(options.port)}`;
  return allowed.has(`tcp:${place}`) || allowed.has(`tls:${place}`);
}

/** The link's connection: an ordinary stream. */
export function dialLink(path: string): net.Socket {
  check({ path });
  return net.connect({ path });
}

/**
 * A connection to an engine whose bytes go to `onBytes` in the shared buffer, valid until `onBytes` returns.
 * `onBytes` returns false to stop reading until `resume()`.
 */
export function dialEngine(target: Target, onBytes: (buffer: Buffer, length: number) => boolean): net.Socket {
  check(target);
  const onread = {
    buffer: readBuffer,
    callback: (length: number, buffer: Uint8Array) => onBytes(buffer as Buffer, length),
  };
  if ('path' in target) return net.connect({ path: target.path, onread });
  if (!target.tls) return net.connect({ host: target.host, port: target.port, noDelay: true, onread });
  const options = { host: target.host, port: target.port, servername: target.host, onread };
  const socket = tls.connect(options as tls.ConnectionOptions);
  socket.setNoDelay(true);
  return socket;
}

function check(target: Target): void {
  if (!allowed.has(nameOf(target))) throw new UndeclaredTarget('No engine is declared there.');
}
