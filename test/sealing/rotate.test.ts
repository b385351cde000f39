/** A rotation of the master key that is killed anywhere leaves the old key or the new one, and every data key as it was. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { adoptMasterKey, readMasterKey, stageMasterKey } from '../../src/store/keys/master-key.ts';
import { seeded } from '../support/seeded.ts';

const KILLS = process.env.KEPT_TEST_ALL ? 100 : 10;
const PEOPLE = Array.from({ length: 300 }, (_, n) => (n + 1).toString(16).padStart(32, '0'));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kept-rotate-'));
  folders.push(folder);
  return folder;
}

const open = async (folder: string) =>
  openKeyStore(folder, await readMasterKey({}, folder, { mayMake: false }));

async function filled(folder: string): Promise<Buffer> {
  const store = await openKeyStore(folder, await readMasterKey({}, folder, { mayMake: true }));
  await store.createMany(PEOPLE.map((id) => ({ kind: 'person', id })));
  const keys = Buffer.concat(PEOPLE.map((id) => store.key('person', id) as Buffer));
  await store.close();
  return keys;
}

test('killed at random moments of one rotation after the other', async () => {
  const random = seeded();
  const folder = newFolder();
  const keys = await filled(folder);
  const program = path.join(import.meta.dirname, 'rotate-program.ts');
  let rotations = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        resolve();
      });
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await ready;
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    child.kill('SIGKILL');
    await ended;
    rotations += said.split('\n').length - 2;
    const store = await open(folder);
    expect(Buffer.concat(PEOPLE.map((id) => store.key('person', id) as Buffer)).equals(keys)).toBe(true);
    expect(store.size().damaged).toBe(0);
    await store.close();
    // What was under way is ended: one master key lies there.
    expect(readdirSync(folder).filter((name) => name === 'master-key' || name === 'master-key.next')).toEqual(
      ['master-key'],
    );
  }
  console.log(`${KILLS} kills, ${rotations} whole rotations`);
  expect(rotations).toBeGreaterThan(0);
}, 1_200_000);

test('killed between any two of its writes, the next start goes on with the key that the epochs are under', async () => {
  for (const steps of [1, 2]) {
    const folder = newFolder();
    await filled(folder);
    const before = readFileSync(path.join(folder, 'master-key'));
    const next = Buffer.alloc(32, 7);
    const store = await open(folder);
    await stageMasterKey(folder, next);
    if (steps === 2) await store.rotateMaster(next);
    await store.close();
    await (await open(folder)).close();
    const after = readFileSync(path.join(folder, 'master-key'));
    expect(after.toString().trim()).toBe(steps === 2 ? next.toString('hex') : before.toString().trim());
    expect(readdirSync(folder)).not.toContain('master-key.next');
  }
});

test('the old master key opens neither the store nor, with the old epochs, what was written afterwards', async () => {
  const folder = newFolder();
  await filled(folder);
  const thief = newFolder();
  for (const name of ['master-key', 'epochs']) copyFileSync(path.join(folder, name), path.join(thief, name));
  const old = await readMasterKey({}, thief, { mayMake: false });
  const store = await open(folder);
  const next = Buffer.alloc(32, 9);
  await stageMasterKey(folder, next);
  await store.rotateMaster(next);
  await adoptMasterKey(folder);
  await store.rollEpoch();
  const { masterFingerprint } = store;
  await store.close();
  await expect(openKeyStore(folder, old)).rejects.toMatchObject({
    code: 'wrong_master_key',
    wanted: masterFingerprint,
  });
  for (const name of ['people', 'lookups', 'journal']) {
    writeFileSync(path.join(thief, name), readFileSync(path.join(folder, name)));
  }
  const stolen = await openKeyStore(thief, old).catch((error: Error) => error);
  // It may open, or not even that, but no key in it does.
  if (!(stolen instanceof Error)) {
    expect(PEOPLE.map((id) => stolen.key('person', id)).filter((key) => key !== null)).toEqual([]);
    await stolen.close();
  }
});
