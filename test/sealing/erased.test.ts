/** What was destroyed is nowhere: not in any file of the store, not with the master key, not in a copy put together. */
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { importKeys, openKeyStore, readMasterKey } from '../../src/store/keys/index.ts';
import { Vault } from '../../src/store/sealing/index.ts';
import { seeded } from '../support/seeded.ts';

const MASTER = Buffer.alloc(32, 1);
const base = mkdtempSync(path.join(os.tmpdir(), 'kept-test-keys-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => path.join(base, String(folders++));
const idOf = (n: number): string => n.toString(16).padStart(32, '0');
const ada = idOf(0xada);
const bob = idOf(0xb0b);
const task = idOf(0x7a5c);
const PLACE = { table: 'person', column: 'name', row: '1' };

const everything = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(path.join(folder, name))));

/** The 60 bytes of a person's wrapped key, as they stand in the file. */
function wrappedOf(folder: string, id: string): Buffer {
  const file = readFileSync(path.join(folder, 'people'));
  for (let at = 96; at < file.length; at += 96) {
    if (file.toString('hex', at + 16, at + 32) === id) return Buffer.from(file.subarray(at + 32, at + 92));
  }
  throw new Error('no such slot');
}

test('after destroy resolves, neither wrapped key nor keyed hash nor id is in any file', async () => {
  const folder = newFolder();
  const store = await openKeyStore(folder, MASTER);
  await store.createMany([ada, bob].map((id) => ({ kind: 'person', id })));
  await store.setLookup('email', 'ada@example.org', ada);
  await store.setLookup('email', 'bob@example.org', bob);
  const hash = createHmac('sha256', store.key('lookup', idOf(0))!)
    .update('email\nada@example.org')
    .digest();
  const wrapped = wrappedOf(folder, ada);
  expect(everything(folder).includes(hash)).toBe(true);
  expect(everything(folder).includes(wrapped)).toBe(true);
  await store.destroy([{ kind: 'person', id: ada }]);
  for (const part of [hash, wrapped, wrapped.subarray(12, 44), Buffer.from(ada, 'hex')]) {
    expect(everything(folder).includes(part)).toBe(false);
  }
  expect(store.lookup('email', 'ada@example.org')).toBeNull();
  expect(store.lookup('email', 'bob@example.org')).toBe(bob);
  await store.close();
});

test('a key handed out is overwritten with zeros when it dies', async () => {
  const store = await openKeyStore(newFolder(), MASTER);
  await store.create('person', ada);
  const key = store.key('person', ada)!;
  await store.destroy([{ kind: 'person', id: ada }]);
  expect(key.every((byte) => byte === 0)).toBe(true);
  await store.close();
});

test('old people under new epochs and new people under old epochs do not open, master key in hand', async () => {
  const folder = newFolder();
  const [early, mixedA, mixedB] = [newFolder(), newFolder(), newFolder()];
  const store = await openKeyStore(folder, MASTER);
  await store.create('person', ada);
  cpSync(folder, early, { recursive: true });
  const oldEpochs = readFileSync(path.join(early, 'epochs'));
  await store.rollEpoch();
  await store.close();
  cpSync(folder, mixedA, { recursive: true });
  cpSync(folder, mixedB, { recursive: true });
  writeFileSync(path.join(mixedA, 'people'), readFileSync(path.join(early, 'people')));
  writeFileSync(path.join(mixedB, 'epochs'), oldEpochs);
  for (const mixed of [mixedA, mixedB]) {
    const opened = await openKeyStore(mixed, MASTER);
    expect(opened.key('person', ada)).toBeNull();
    expect(opened.size().damaged).toBeGreaterThan(0);
    await opened.close();
  }
  const whole = await openKeyStore(folder, MASTER);
  expect(whole.key('person', ada)).not.toBeNull();
  await whole.close();
});

test('a wrong master key is refused with both fingerprints, a lost epochs file too, and nothing changes', async () => {
  const folder = newFolder();
  const store = await openKeyStore(folder, MASTER);
  await store.create('person', ada);
  await store.rotateMaster(Buffer.alloc(32, 2));
  await store.close();
  const before = everything(folder);
  await expect(openKeyStore(folder, MASTER)).rejects.toMatchObject({
    code: 'wrong_master_key',
    wanted: expect.stringMatching(/^[0-9a-f]{8}$/),
    given: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(everything(folder).equals(before)).toBe(true);
  await expect(readMasterKey({}, folder, { mayMake: true })).rejects.toMatchObject({
    code: 'missing_master_key',
  });
  const again = await openKeyStore(folder, Buffer.alloc(32, 2));
  expect(again.has('person', ada)).toBe(true);
  await again.close();
  writeFileSync(path.join(folder, 'epochs'), Buffer.alloc(8192));
  await expect(openKeyStore(folder, MASTER)).rejects.toMatchObject({ code: 'damaged_epochs' });
});

test('a damaged slot is counted, everything else works, and destroying its name overwrites it', async () => {
  const folder = newFolder();
  let store = await openKeyStore(folder, MASTER);
  await store.createMany([ada, bob].map((id) => ({ kind: 'person', id })));
  await store.close();
  const wrapped = wrappedOf(folder, ada);
  const file = readFileSync(path.join(folder, 'people'));
  file[file.indexOf(wrapped) + 59]! ^= 1;
  writeFileSync(path.join(folder, 'people'), file);
  store = await openKeyStore(folder, MASTER);
  expect([store.size().damaged, store.has('person', ada), store.has('person', bob)]).toEqual([
    1,
    false,
    true,
  ]);
  await store.destroy([{ kind: 'person', id: ada }]);
  expect(everything(folder).includes(wrapped.subarray(0, 59))).toBe(false);
  expect(store.size().damaged).toBe(0);
  await store.close();
});

test('a key backup leaves out who is in the grace, opens elsewhere, and is refused when any part was altered', async () => {
  const store = await openKeyStore(newFolder(), MASTER);
  const vault = new Vault(store);
  await store.createMany([ada, bob].map((id) => ({ kind: 'person', id })));
  await store.setLookup('email', 'ada@example.org', ada);
  await store.setLookup('email', 'bob@example.org', bob);
  await store.create('intake', task);
  // Of requests that are kept for a while: in no copy, whoever they are of.
  await store.create('capture', ada);
  await store.setGrace([bob, task], true);
  const sealed = vault.seal({ kind: 'person', id: ada }, PLACE, 'Ada');
  const parts: Buffer[] = [];
  for await (const part of store.exportKeys()) parts.push(part);
  await store.close();
  const backup = Buffer.concat(parts);
  expect(backup.includes(Buffer.from(bob, 'hex'))).toBe(false);
  // Of a task in another system, which names somebody for a while beyond their erasure.
  expect(backup.includes(Buffer.from(task, 'hex'))).toBe(false);
  const stream = async function* (bytes: Buffer): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
  };
  const random = seeded();
  for (let n = 0; n < 12; n++) {
    const broken = Buffer.from(
      backup.subarray(0, n % 3 === 0 ? Math.floor(random() * backup.length) : backup.length),
    );
    if (n % 3 !== 0) broken[Math.floor(random() * broken.length)]! ^= 1 << Math.floor(random() * 8);
    const place = newFolder();
    await expect(importKeys(place, MASTER, stream(broken)), `variant ${n}`).rejects.toThrow();
    expect(readdirSync(base)).not.toContain(path.basename(place));
  }
  const place = newFolder();
  await importKeys(place, MASTER, stream(backup));
  const restored = await openKeyStore(place, MASTER);
  expect(new Vault(restored).open({ kind: 'person', id: ada }, PLACE, sealed).reveal()).toBe('Ada');
  expect([restored.lookup('email', 'ada@example.org'), restored.has('person', bob)]).toEqual([ada, false]);
  expect([restored.has('person', ada), restored.has('capture', ada)]).toEqual([true, false]);
  await restored.close();
  await expect(importKeys(place, MASTER, stream(backup))).rejects.toMatchObject({ code: 'folder_not_empty' });
});

test('killed while it writes, every acknowledged change is there and every acknowledged death holds', async () => {
  const random = seeded();
  const folder = newFolder();
  const program = path.join(import.meta.dirname, 'writer-program.ts');
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [program, folder, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    while (!said.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 30 + random() * 200));
    child.kill('SIGKILL');
    await ended;
    const store = await openKeyStore(folder, MASTER);
    const lines = said
      .slice(0, said.lastIndexOf('\n'))
      .split('\n')
      .map((line) => line.split(' '));
    const last = new Map(lines.map(([word, id]) => [id!, word]));
    for (const [id, word] of last) {
      if (word === 'dead') expect(store.has('person', id)).toBe(false);
      if (word === 'made' && store.has('person', id)) expect(store.key('person', id)).not.toBeNull();
    }
    // One that was made may have been destroyed next, without our having heard; most were not.
    const lost = [...last].filter(([id, word]) => word === 'made' && !store.has('person', id));
    expect(lost.length).toBeLessThanOrEqual(1);
    expect(store.size().damaged).toBe(0);
    await store.close();
  }
}, 60_000);

test('the master key is made once with mode 0600, read from each source, and refused where others may read it', async () => {
  const folder = newFolder();
  const made = await readMasterKey({}, folder, { mayMake: true });
  expect((await readMasterKey({}, folder, { mayMake: false })).equals(made)).toBe(true);
  const file = path.join(folder, 'master-key');
  expect(execFileSync('ls', ['-l', file], { encoding: 'utf8' }).slice(0, 10)).toBe('-rw-------');
  const hex = made.toString('hex');
  expect((await readMasterKey({ environment: hex }, newFolder(), { mayMake: false })).equals(made)).toBe(
    true,
  );
  expect((await readMasterKey({ environment: file }, newFolder(), { mayMake: false })).equals(made)).toBe(
    true,
  );
  expect((await readMasterKey({ command: ['cat', file] }, folder, { mayMake: false })).equals(made)).toBe(
    true,
  );
  const failing = await readMasterKey({ command: ['sh', '-c', `echo ${hex}; exit 3`] }, folder, {
    mayMake: false,
  }).catch((error: Error) => error);
  expect(failing).toMatchObject({ code: 'bad_master_key' });
  expect(JSON.stringify(failing, Object.getOwnPropertyNames(failing))).not.toContain(hex);
  execFileSync('chmod', ['640', file]);
  await expect(readMasterKey({}, folder, { mayMake: true })).rejects.toMatchObject({
    code: 'bad_master_key',
  });
  mkdirSync(newFolder());
  await expect(readMasterKey({}, newFolder(), { mayMake: false })).rejects.toMatchObject({ wanted: null });
});
