/** `KEPT_DATA/instance.json`: how the commands find the running instance, and a later start what an earlier one left. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BillingMode } from '../../link/words.ts';
import type { Role } from '../../log/fields.ts';

export interface RunningProcess {
  readonly role: Role;
  readonly pid: number;
  /** The kernel's start time, which tells a process from a later one with its number; null where there is no /proc. */
  readonly startTime: string | null;
}

export interface Instance {
  readonly pid: number;
  readonly runFolder: string;
  readonly adminSocket: string;
  readonly siteUrl: string;
  readonly apiUrl: string;
  readonly siteHost: string;
  readonly sitePort: number;
  readonly apiHost: string;
  readonly apiPort: number;
  /** The gateway itself speaks TLS. */
  readonly apiSecure: boolean;
  readonly metricsPort: number;
  readonly gateways: number;
  readonly billing: BillingMode;
  readonly processes: readonly RunningProcess[];
}

const FILE = 'instance.json';

/** The instance that runs on `folder`, or last ran there and was killed; null when there is none. */
export function readInstance(folder: string): Instance | null {
  try {
    return JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')) as Instance;
  } catch {
    return null;
  }
}

export function writeInstance(folder: string, instance: Instance): void {
  const file = path.join(folder, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(instance, null, 2)}\n`, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

export function removeInstance(folder: string): void {
  rmSync(path.join(folder, FILE), { force: true });
}
