/**
 * Whatever of PostgreSQL still runs on a folder whose supervisor was killed: asked to end, then made to. Two servers on
 * one folder would destroy it, so that nothing is started before every process that works there is gone. We hold the
 * data folder's lock: what is found is no other instance's.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../start-error.ts';
import { pidFileOf, readPidFile } from './pid-file.ts';

/** Fast shutdown, immediate shutdown, and the end; each gets this long. */
const STEPS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
const STEP_MS = 7000;
const POLL_MS = 10;

/** Where there is no `/proc` (macOS) PostgreSQL's own check stands alone. */
export async function endPredecessor(folder: string): Promise<void> {
  if (process.platform !== 'linux' || !existsSync(folder)) return;
  const working = () => processesIn(realpathSync(folder));
  const server = readPidFile(folder)?.pid;
  for (const signal of STEPS) {
    const pids = working();
    if (pids.length === 0) break;
    // The server ends its own; without it, its processes notice and end by themselves.
    const addressed = server !== undefined && pids.includes(server) && signal !== 'SIGKILL' ? [server] : pids;
    if (signal !== 'SIGINT' || addressed[0] === server) for (const pid of addressed) send(pid, signal);
    const deadline = Date.now() + STEP_MS;
    while (Date.now() < deadline && working().length > 0) await sleep(POLL_MS);
  }
  // Its number may be another program's by now, which PostgreSQL would take for a server and refuse to start.
  if (server !== undefined && existsSync(`/proc/${server}`) && working().length === 0)
    rmSync(pidFileOf(folder), { force: true });
}

/** PostgreSQL's processes all work in the data folder. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/cwd`) === folder &&
          /postgres/.test(readFileSync(`/proc/${pid}/comm`, 'latin1'))
        );
      } catch {
        return false;
      }
    });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error; // it has just ended
  }
}
