/** Ends what an instance left that was killed: the kernel ends most of it, this waits for it and ends the rest. */
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../start-error.ts';
import { startTimeOf } from './data-folder.ts';
import { readInstance, removeInstance } from './instance.ts';

/** Most end within milliseconds of their supervisor; then they are killed. */
const PATIENCE_MS = 1000;
const POLL_MS = 20;

/** Call with the data folder's lock held: what `instance.json` names then belongs to nobody. PostgreSQL looks after its own. */
export async function endLeftovers(folder: string): Promise<void> {
  const left = readInstance(folder);
  if (left === null) return;
  const alive = () =>
    left.processes.filter(
      ({ role, pid, startTime }) =>
        role !== 'postgres' && startTime !== null && startTimeOf(pid) === startTime,
    );
  for (const deadline = Date.now() + PATIENCE_MS; alive().length > 0 && Date.now() < deadline; )
    await sleep(POLL_MS);
  for (const { pid } of alive()) {
    kill(pid);
    await sleep(POLL_MS);
  }
  removeInstance(folder);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error; // it has just ended
  }
}
