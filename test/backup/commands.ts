/** Kept's commands on data folders of a test, and a control that serves one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlSettings } from '../../src/control/settings.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import type { TestPostgres } from '../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const MASTER_KEY = 'c0'.repeat(32);

export interface Place {
  readonly data: string;
  readonly keys: string;
  readonly ledger: string;
  readonly backups: string;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const roots: string[] = [];

export async function makePlace(databaseUrl: string | undefined, more: Partial<Place> = {}): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'kept-place-'));
  roots.push(root);
  const data = join(root, 'data');
  const folders = { keys: join(data, 'keys'), ledger: join(data, 'ledger'), backups: join(data, 'backups') };
  await mkdir(data);
  return { data, ...folders, databaseUrl, ...more };
}

export async function removePlaces(): Promise<void> {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
}

function environmentOf(place: Place, more: Readonly<Record<string, string>>): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    KEPT_DATA: place.data,
    KEPT_KEYS: place.keys,
    KEPT_LEDGER: place.ledger,
    KEPT_MASTER_KEY: MASTER_KEY,
    ...(place.databaseUrl === undefined ? {} : { DATABASE_URL: place.databaseUrl }),
    ...more,
  };
}

export function spawnKept(
  place: Place,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], { env: environmentOf(place, more), stdio: 'pipe' });
}

/** Runs `kept WORDS` to its end. */
export async function kept(
  place: Place,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawnKept(place, words, more);
  const text = { out: '', err: '' };
  child.stdout?.on('data', (data: Buffer) => {
    text.out += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    text.err += data;
  });
  const [code] = await once(child, 'close');
  return { code, ...text };
}

/** A control on this place, which must have a database of its own address; commands find it. */
export async function serve(
  postgres: TestPostgres,
  place: Place,
  more: Partial<ControlSettings> = {},
): Promise<TestControl> {
  const control = await startTestControl(postgres, {
    ...(place.databaseUrl === undefined ? {} : { databaseUrl: place.databaseUrl }),
    keysFolder: place.keys,
    ledgerFolder: place.ledger,
    masterKey: MASTER_KEY,
    ...more,
  });
  const instance = { adminSocket: control.settings.adminSocket };
  await writeFile(join(place.data, 'instance.json'), JSON.stringify(instance));
  return control;
}
