/**
 * Whether a gateway's process lives. Numbers of processes are used again, in containers soon, so each is taken together
 * with its birth: a stranger with a dead gateway's number must not keep everybody waiting for its leases.
 */
import { readFileSync } from 'node:fs';

export interface ProcessName {
  readonly pid: number;
  /** Boot and kernel time of its start; null where there is no /proc. */
  readonly birth: string | null;
}

/** Fields of `/proc/PID/stat` after the command's closing bracket (proc(5)): the state, and the start in ticks. */
const STATE = 0;
const START = 19;
/** Dead, and not yet collected by its parent. */
const ZOMBIE = 'Z';

/** The process that has this number now. */
export const nameProcess = (pid: number): ProcessName => ({ pid, birth: birthOf(pid) });

/** Whether that very process runs; one that we may not signal does. */
export function isAlive({ pid, birth }: ProcessName): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return birth === null || birthOf(pid) === birth;
}

function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[STATE] === ZOMBIE) return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${fields[START]}`;
  } catch {
    return null;
  }
}
