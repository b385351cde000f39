/** The search over everything that an instance could have left something in, while it runs and after it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Find, searchLeaks } from '../../src/verify/search/search-leaks.ts';
import { type Instance, type InstanceOptions, startKept } from '../support/instance.ts';

/** Folders that everybody writes to: of these only what changed since the instance was started is searched. */
const SHARED = [
  os.tmpdir(),
  '/tmp',
  '/var/tmp',
  '/dev/shm',
  '/var/crash',
  '/var/log',
  '/var/lib/systemd/coredump',
];

export interface WatchedOptions extends Omit<InstanceOptions, 'dataFolder' | 'root'> {
  /** Sets every variable that makes a runtime say more. */
  readonly talkative?: boolean;
}

/** Others' trees in these may be as large as they like. */
const SHARED_DEPTH = 2;

/** An instance with a data folder and a temporary folder that outlive it, so that they can be searched afterwards. */
export class Watched {
  readonly kept: Instance;
  readonly root: string;
  readonly #home: string;
  readonly #since: number;

  private constructor(kept: Instance, root: string, home: string, since: number) {
    this.kept = kept;
    this.root = root;
    this.#home = home;
    this.#since = since;
  }

  static async start(root: string, options: WatchedOptions): Promise<Watched> {
    const since = Date.now();
    const home = mkdtempSync(path.join(os.tmpdir(), 'kept-watched-'));
    chmodSync(home, 0o755); // its temporary folder is for every user of the instance
    const temporary = path.join(home, 'tmp');
    mkdirSync(temporary, { mode: 0o777 });
    const env = { ...(options.talkative ? debugging(temporary) : {}), ...options.env, TMPDIR: temporary };
    try {
      const kept = await startKept({ ...options, root, dataFolder: path.join(home, 'data'), env });
      return new Watched(kept, root, home, since);
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Files, output, metrics, and what the processes show of themselves. */
  async searchRunning(canaries: readonly string[]): Promise<Find[]> {
    const { kept } = this;
    const metrics = await kept.metrics();
    const { finds } = await searchLeaks({
      canaries,
      folders: [this.#home],
      blobs: { stdout: kept.stdout(), stderr: kept.stderr(), metrics },
      pids: familyOf(kept.supervisor.pid as number),
    });
    return finds;
  }

  /** Everything on disk, and the whole output. Throws when something could not be read. */
  async searchStopped(canaries: readonly string[]): Promise<Find[]> {
    const { kept } = this;
    const own = await searchLeaks({
      canaries,
      folders: [this.#home],
      blobs: { stdout: kept.stdout(), stderr: kept.stderr() },
    });
    if (own.unread.length > 0) throw new Error(`Could not be searched: ${own.unread.join(', ')}`);
    const shared = await searchLeaks({
      canaries,
      folders: sharedFolders(),
      except: [this.#home, this.root],
      changedSince: this.#since,
      depthMax: SHARED_DEPTH,
    });
    const source = await searchLeaks({
      canaries,
      folders: [this.root],
      except: [path.join(this.root, 'node_modules'), path.join(this.root, '.git')],
      changedSince: this.#since,
    });
    return [...own.finds, ...shared.finds, ...source.finds];
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** Everything that makes a runtime talkative; nothing of it may reach a process that sees content. */
function debugging(folder: string): Record<string, string> {
  return {
    DEBUG: '*',
    NODE_DEBUG: 'http,net,tls,stream,timer,fs',
    NODE_OPTIONS: `--report-on-fatalerror --report-uncaught-exception --report-on-signal --report-dir=${folder} --diagnostic-dir=${folder} --heapsnapshot-signal=SIGUSR2`,
    NODE_V8_COVERAGE: path.join(folder, 'coverage'),
    PGOPTIONS: '-c log_statement=all -c log_min_messages=debug1',
  };
}

/** A process and everything that descends from it. */
function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

function sharedFolders(): string[] {
  const real = [
    ...new Set(SHARED.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder))),
  ];
  return real.filter(
    (folder) => !real.some((other) => other !== folder && folder.startsWith(other + path.sep)),
  );
}

/** Finds in words: which way leaked, where to, in which form. */
export function told(finds: readonly Find[], ways: ReadonlyMap<string, string>): string[] {
  return finds.map(
    (find) => `${ways.get(find.canary) ?? 'unknown way'}: ${find.form} in ${find.where} at ${find.at}`,
  );
}
