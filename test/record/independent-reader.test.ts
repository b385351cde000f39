/** Go's own reader of transparency logs, which shares no code with ours, accepts the record, and no altered one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commit } from '../../src/record/commitment.ts';
import { makeReceipt } from '../../src/record/receipt.ts';
import { readServed } from '../../src/record/serve.ts';
import { TILE_WIDTH, tilePath, widthAt } from '../../src/record/tiles.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entries, grown, keys, publish } from './sample.ts';

const GO_FOLDER = '/usr/local/go/bin';
const BUILD_MS_MAX = 240_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds the reader; null, and why, where Go or its one module cannot be had. */
function build(): string | null {
  const cwd = path.join(import.meta.dirname, 'go');
  const env = { ...process.env, PATH: `${process.env.PATH}:${GO_FOLDER}`, GOTOOLCHAIN: 'local' };
  const fetched = spawnSync('go', ['mod', 'download'], { cwd, env, timeout: 60_000 });
  if (fetched.status !== 0) {
    const why = fetched.error === undefined ? 'golang.org/x/mod cannot be fetched' : 'Go is not here';
    console.log(`The record was not read by Go’s reader: ${why}.`);
    return null;
  }
  const reader = path.join(folder, 'reader');
  execFileSync('go', ['build', '-o', reader, '.'], { cwd, env, timeout: BUILD_MS_MAX });
  return reader;
}

/** Writes what strangers are served of a record into a folder, as a mirror would. */
async function mirror(storage: MemoryStorage, size: number, into: string): Promise<void> {
  for (let level = 0; size >= TILE_WIDTH ** level; level += 1) {
    for (let index = 0; ; index += 1) {
      const width = widthAt(size, level, index);
      if (width === 0) break;
      await put(storage, tilePath(level, index, width), size, into);
      if (level === 0) await put(storage, tilePath('entries', index, width), size, into);
    }
  }
  writeFileSync(path.join(into, 'checkpoint'), storage.files.get('checkpoint') as Uint8Array);
}

async function put(storage: MemoryStorage, name: string, size: number, into: string): Promise<void> {
  const bytes = await readServed(storage, name, size);
  if (bytes === null) throw new Error(`${name} is not served`);
  mkdirSync(path.dirname(path.join(into, name)), { recursive: true });
  writeFileSync(path.join(into, name), bytes);
}

const reader = build();

test.skipIf(reader === null)(
  'accepts checkpoint, growth and every entry; refuses each when altered',
  async () => {
    const storage = new MemoryStorage();
    const { signer, verifierKey } = keys();
    const log = await grown(storage, 700);
    const older = path.join(folder, 'older');
    writeFileSync(older, await publish(log, signer));
    await log.append(entries(704, 1500));
    await publish(log, signer);
    await log.append(entries(0, 500));
    const into = path.join(folder, 'mirror');
    await mirror(storage, 1536, into);
    expect(existsSync(path.join(into, 'tile/0/006'))).toBe(false);

    const read = (key = verifierKey, from = older) =>
      spawnSync(reader as string, [key, into, from], { encoding: 'utf8' });
    expect(read()).toMatchObject({ status: 0, stdout: '1536 entries, from 704\n' });

    const altered = async (name: string, at: number): Promise<string> => {
      const bytes = Buffer.from(
        (await readServed(storage, name, 1536)) ?? (storage.files.get(name) as Uint8Array),
      );
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      writeFileSync(path.join(into, name), changed);
      const { status, stderr } = read();
      writeFileSync(path.join(into, name), bytes);
      expect(status, name).toBe(1);
      return stderr;
    };
    await altered('tile/entries/003', 50);
    await altered('tile/0/000', 1000);
    await altered('tile/1/000.p/6', 10);
    await altered('checkpoint', 20);
    expect(read(keys().verifierKey).status).toBe(1);

    // A record of other entries, as sound in itself, does not continue the older checkpoint.
    const other = new MemoryStorage();
    const fork = await grown(other, 10);
    await fork.append(entries(2000, 2694));
    const forked = path.join(folder, 'forked');
    writeFileSync(forked, await publish(fork, signer));
    expect(read(verifierKey, forked).status).toBe(1);
    expect(read().status).toBe(0);
  },
  BUILD_MS_MAX,
);

test.skipIf(reader === null)(
  'accepts a receipt, computing its entry anew from what it says; refuses it altered, moved, or of another record',
  async () => {
    const { signer, verifierKey } = keys();
    const log = await grown(new MemoryStorage(), 300);
    const header = { kind: 'erasure_done', at: Date.UTC(2026, 0, 2), role: 'person' } as const;
    const content = { rows: 7, systems: ['größte', 'mail'] };
    const { entry, salt1, salt2 } = commit(header, content);
    const index = await log.append([entry]);
    await log.append(entries(300, 330));
    const checkpoint = await publish(log, signer);
    const proof = await log.inclusionProof(index, log.publishedSize);
    const receipt = makeReceipt({ ...header, salt1, salt2, content }, index, proof, checkpoint);

    const read = (text: string, key = verifierKey) => {
      const file = path.join(folder, 'receipt');
      writeFileSync(file, text);
      return spawnSync(reader as string, [key, file], { encoding: 'utf8' });
    };
    expect(read(receipt)).toMatchObject({
      status: 0,
      stdout: 'entry 300 of 384: erasure_done by person, {"rows":7,"systems":["größte","mail"]}\n',
    });
    const say = (other: object) =>
      makeReceipt({ ...header, salt1, salt2, content, ...other }, index, proof, checkpoint);
    for (const altered of [
      say({ content: { ...content, rows: 8 } }),
      say({ kind: 'erasure_begun' }),
      say({ at: header.at + 1 }),
      say({ role: 'operator' }),
      receipt.replace('index 300', 'index 301'),
      receipt.replace('\n384\n', '\n385\n'),
      receipt.replace(proof[0]?.toString('base64') as string, proof[1]?.toString('base64') as string),
    ]) {
      expect(altered).not.toBe(receipt);
      expect(read(altered).status).toBe(1);
    }
    expect(read(receipt, keys().verifierKey).status).toBe(1);
  },
  BUILD_MS_MAX,
);
