/** The database as the product runs it: the embedded PostgreSQL with its own settings, in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findBinaries } from '../../src/processes/postgres/binaries.ts';
import { ensureCluster } from '../../src/processes/postgres/cluster.ts';
import { databaseUser } from '../../src/processes/postgres/identity.ts';
import { databaseUrl, startServer } from '../../src/processes/postgres/server.ts';

export interface BenchServer {
  readonly url: string;
  /** Where keys, ledger and record lie; on the same disk. */
  readonly folder: string;
  /** The first process of PostgreSQL. */
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-store-'));
  const socketFolder = mkdtempSync(path.join(os.tmpdir(), 'kept-bench-socket-'));
  const folder = path.join(root, 'postgres');
  mkdirSync(path.join(root, 'keys'), { mode: 0o700 });
  const binaries = findBinaries(path.join(root, 'libraries'));
  const user = databaseUser([folder, socketFolder], [binaries.initdb, binaries.postgres]);
  const passwordFile = path.join(root, 'keys', 'postgres-password');
  const password = await ensureCluster(binaries, { folder, passwordFile, user });
  const { child, ready } = await startServer(binaries, { folder, socketFolder, user });
  await ready;
  return {
    url: databaseUrl(socketFolder, password),
    folder: root,
    pid: child.pid as number,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await gone;
      for (const each of [root, socketFolder]) rmSync(each, { recursive: true, force: true });
    },
  };
}
