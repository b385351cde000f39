/** The record's state on a disk: replaced as a whole whatever a power cut tears, and read where an earlier version wrote it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STATE_PATH } from '../../src/record/state.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { DiskTiles } from '../../src/store/ledger/disk-tiles.ts';
import { seeded } from '../support/seeded.ts';

const SECTOR_BYTES = 512;
const ROUNDS = 200;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-state-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytesOf = (text: string) => [{ path: STATE_PATH, bytes: Buffer.from(text) }];
const text = async (tiles: DiskTiles) => Buffer.from((await tiles.read(STATE_PATH)) ?? []).toString();

test('a write that is torn anywhere leaves the old state or the new one', async () => {
  const random = seeded();
  const file = join(folder, STATE_PATH);
  let tiles = new DiskTiles(folder, realDisk);
  await tiles.write(bytesOf('state 0'));
  const seen = new Set<string>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = await readFile(file);
    const was = await text(tiles);
    await tiles.write(bytesOf(`state ${round}`));
    expect(await text(tiles)).toBe(`state ${round}`);
    const after = await readFile(file);
    expect(after.length).toBe(before.length);
    // Of each sector the old bytes, the new ones, or a mixture.
    const torn = Buffer.from(after);
    for (let at = 0; at < torn.length; at += SECTOR_BYTES) {
      const cut = at + Math.floor(random() * 3) * (SECTOR_BYTES / 2);
      before.copy(torn, cut, cut, at + SECTOR_BYTES);
    }
    await writeFile(file, torn);
    tiles = new DiskTiles(folder, realDisk);
    const now = await text(tiles);
    expect([was, `state ${round}`]).toContain(now);
    seen.add(now === was ? 'old' : 'new');
  }
  expect([...seen].sort()).toEqual(['new', 'old']);
});

test('a state without pages, of an earlier version, is read and takes pages at the next write', async () => {
  await writeFile(join(folder, STATE_PATH), 'as it was');
  const tiles = new DiskTiles(folder, realDisk);
  expect(await text(tiles)).toBe('as it was');
  await tiles.write(bytesOf('as it is'));
  await tiles.write(bytesOf('as it will be'));
  expect(await text(new DiskTiles(folder, realDisk))).toBe('as it will be');
});

test('a state of which both pages are damaged is no state', async () => {
  const tiles = new DiskTiles(folder, realDisk);
  await tiles.write(bytesOf('one'));
  const file = join(folder, STATE_PATH);
  const bytes = await readFile(file);
  for (const at of [100, 4196]) bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(file, bytes);
  expect(await text(new DiskTiles(folder, realDisk))).not.toBe('one');
});
