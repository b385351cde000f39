/** PostgreSQL's own note of who runs on a folder. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const pidFileOf = (folder: string): string => path.join(folder, 'postmaster.pid');

/** `postmaster.pid`: the server's process on line 1, its state on line 8; null where there is none. */
export function readPidFile(folder: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(pidFileOf(folder), 'latin1').split('\n');
    return { pid: Number(lines[0]), ready: (lines[7] ?? '').startsWith('ready') };
  } catch {
    return null;
  }
}
