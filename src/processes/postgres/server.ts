/** The embedded PostgreSQL: a real server on a local socket, fully durable, its log closed. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.ts';
import type { Binaries } from './binaries.ts';
import { DATABASE } from './cluster.ts';
import { sentenceFor } from './complaints.ts';
import type { DatabaseUser } from './identity.ts';
import { readPidFile } from './pid-file.ts';
import { endPredecessor } from './predecessor.ts';
import { listen, runProgram } from './run.ts';

/** Seconds would do for a crash recovery of minutes of WAL; a slow disk may need more. */
const READY_MS_MAX = 120_000;
const POLL_MS = 10;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0777',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  shared_buffers: '128MB',
  // Of disks without heads, which are the rule: with the default of 4 large indexes are passed over.
  random_page_cost: '1.1',
  max_connections: '60',
  jit: 'off',
  timezone: 'UTC',
  // Statements must not reach a log by way of an error: only what ends a process is written, without its statement, and
  // that is read for `complaints.ts` and dropped.
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_destination: 'stderr',
  logging_collector: 'off',
};

export interface ServerPlace {
  readonly folder: string;
  /** Folder of the socket, made here. */
  readonly socketFolder: string;
  readonly user: DatabaseUser;
}

export interface DatabaseServer {
  readonly child: ChildProcess;
  /** Resolves when it accepts connections; rejects with a sentence when it ends before. */
  readonly ready: Promise<void>;
}

/** Where clients connect. */
export function databaseUrl(socketFolder: string, password: string): string {
  return `postgres://${DATABASE}:${password}@/${DATABASE}?host=${encodeURIComponent(socketFolder)}`;
}

export async function startServer(binaries: Binaries, place: ServerPlace): Promise<DatabaseServer> {
  await endPredecessor(place.folder);
  // A killed server leaves its socket with a lock that names a process; nobody uses it any more.
  rmSync(place.socketFolder, { recursive: true, force: true });
  mkdirSync(place.socketFolder, { recursive: true, mode: 0o711 });
  const { identity } = place.user;
  if (identity !== null) chownSync(place.socketFolder, identity.uid, identity.gid);
  const settings = { ...SETTINGS, unix_socket_directories: place.socketFolder };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = runProgram(binaries, place.user, binaries.postgres, ['-D', place.folder, ...args]);
  child.stdin?.end();
  const output = listen(child);
  return { child, ready: untilReady(child, output, place.folder) };
}

/** Runs `work` while a server serves the folder, and shuts it down: all of it is on the disk afterwards. */
export async function whileServed<T>(
  binaries: Binaries,
  place: ServerPlace,
  work: () => Promise<T>,
): Promise<T> {
  const { child, ready } = await startServer(binaries, place);
  try {
    await ready;
    return await work();
  } finally {
    await shutDown(child);
  }
}

/** A fast shutdown. */
async function shutDown(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
}

async function untilReady(child: ChildProcess, output: () => string, folder: string): Promise<void> {
  let failed = false;
  child.once('error', () => {
    failed = true;
  });
  for (const deadline = Date.now() + READY_MS_MAX; Date.now() < deadline; await sleep(POLL_MS)) {
    if (failed || child.exitCode !== null || child.signalCode !== null) break;
    const pidFile = readPidFile(folder);
    if (pidFile !== null && pidFile.pid === child.pid && pidFile.ready) return;
  }
  throw new StartError(sentenceFor(output(), folder));
}
