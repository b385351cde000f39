/**
 * What every role's process does around its work: settings from standard input, a log of closed fields on standard
 * output, an orderly end on SIGTERM, an end without words on a fault, and none left over when the supervisor dies.
 */

import type { Inherited } from '../gateway/walls.ts';
import type { Role } from '../log/fields.ts';
import { createLog, faultFields, type Log } from '../log/log.ts';

/** A fault of ours (sysexits.h: internal software error). */
const EXIT_FAULT = 70;
/** The walls are missing (sysexits.h: configuration error). */
export const EXIT_UNCONFINED = 78;
/** How often the process looks whether its supervisor lives, where the kernel does not tell it. */
const PARENT_CHECK_MS = 500;

export interface Running {
  stop(): Promise<void>;
}

/** The line that the supervisor writes to a child's standard input. */
export interface Handed<S> {
  readonly settings: S;
  /** Listening sockets that the launcher made. */
  readonly inherited: readonly Inherited[];
}

/** Runs `start` with what the supervisor hands over, until SIGTERM. */
export async function runRole<S>(
  role: Role,
  start: (handed: Handed<S>, log: Log) => Promise<Running>,
): Promise<void> {
  endWithSupervisor();
  const lines = createLineWriter();
  let log: Log = createLog(role, 'info', lines.write);
  const fault = (error: unknown): never => {
    log('error', 'fault', faultFields(error));
    lines.flush();
    process.exit(EXIT_FAULT);
  };
  process.on('uncaughtException', fault);
  process.on('unhandledRejection', fault);
  // Handlers first: a signal that comes during the start must not end the process without its log.
  let stopping = false;
  let running: Running | null = null;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log('info', 'stopping');
    await running?.stop();
    log('info', 'stopped');
    lines.flush();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop().catch(fault));

  const handed = JSON.parse(await readLine()) as Handed<S>;
  const level = (handed.settings as { logLevel?: Parameters<typeof createLog>[1] }).logLevel;
  log = createLog(role, level ?? 'info', lines.write);
  const since = Date.now();
  running = await start(handed, log);
  // `ready` is what the supervisor waits for, whatever the level.
  createLog(role, 'info', lines.write)('info', 'ready', { ms: Date.now() - since });
}

function endWithSupervisor(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
  process.stdout.on('error', () => process.exit(0));
}

/** Lines that fall into one turn of the event loop are written at once. */
function createLineWriter(): { write: (line: string) => void; flush: () => void } {
  let held = '';
  const flush = () => {
    if (held !== '') process.stdout.write(held);
    held = '';
  };
  const write = (line: string) => {
    if (held === '') setImmediate(flush);
    held += line;
  };
  return { write, flush };
}

/** The first line of standard input. */
async function readLine(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    parts.push(part);
    if (part.includes(10)) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
