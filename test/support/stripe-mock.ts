/**
 * Stripe's own stripe-mock, which knows every call and parameter of its API: from the PATH or Go's folder, or, in `test:all`,
 * installed by Go into a folder that goes with the test.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './control.ts';

const MODULE = 'github.com/stripe/stripe-mock@v0.203.0';
const INSTALL_MS_MAX = 180_000;
const START_MS_MAX = 20_000;
const LOOK_MS = 100;

export interface StripeMock {
  readonly url: string;
  stop(): Promise<void>;
}

/** Null, with the reason, where there is none. */
export async function startStripeMock(): Promise<StripeMock | string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kept-stripe-mock-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const program = installed() ?? (await install(folder));
  if (program === null) {
    await remove();
    return 'stripe-mock is not in the PATH or in Go’s folder; test:all installs it where Go is there and may';
  }
  const [http, https] = [await freePort(), await freePort()];
  const child = spawn(program, ['-http-port', String(http), '-https-port', String(https)], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${http}`;
  const stop = async () => {
    child.kill();
    await remove();
  };
  if (await answers(child, url)) return { url, stop };
  await stop();
  return 'stripe-mock does not start here';
}

function installed(): string | null {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    process.env.GOBIN,
    path.join(process.env.GOPATH ?? path.join(homedir(), 'go'), 'bin'),
  ];
  const places = folders.flatMap((folder) => (folder ? [path.join(folder, 'stripe-mock')] : []));
  return places.find((place) => existsSync(place)) ?? null;
}

async function install(folder: string): Promise<string | null> {
  if (!process.env.KEPT_TEST_ALL) return null;
  try {
    const env = { ...process.env, GOBIN: folder };
    await promisify(execFile)('go', ['install', MODULE], { env, timeout: INSTALL_MS_MAX });
    return path.join(folder, 'stripe-mock');
  } catch {
    return null;
  }
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  for (const until = Date.now() + START_MS_MAX; Date.now() < until && child.exitCode === null; ) {
    if (await fetch(url).catch(() => null)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
