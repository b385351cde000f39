/** Paths and bytes are those of C2SP tlog-tiles, and strangers see nothing beyond the published size. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readServed, servable } from '../../src/record/serve.ts';
import { decodeBundle, encodeBundle, parseTilePath, tilePath, widthAt } from '../../src/record/tiles.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entries, grown, keys, publish } from './sample.ts';

test('paths are written as the specification says', () => {
  expect(tilePath(0, 1_234_067)).toBe('tile/0/x001/x234/067');
  expect(tilePath('entries', 5, 17)).toBe('tile/entries/005.p/17');
  expect(tilePath(1, 1000)).toBe('tile/1/x001/000');
});

test('every path is read back, and only in its one spelling', () => {
  const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }));
  fc.assert(
    fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      expect(parseTilePath(tilePath(level, index, width))).toEqual({ level, index, width });
    }),
  );
  const wrong = [
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
  ];
  const more = [
    'tile/0/000.p/01',
    'tile/0/001/000',
    'tile/0/x001',
    '/tile/0/000',
    'tile/0/000/',
    'tile/-1/000',
  ];
  const hostile = [
    'tile/0/../state',
    'tile/entries/000.p/1\n',
    `tile/0/${'x000/'.repeat(50)}000`,
    'state',
    '',
  ];
  for (const path of [...wrong, ...more, ...hostile]) expect(parseTilePath(path), path).toBeNull();
});

test('the widths of the specification’s example of 70,000 entries', () => {
  expect([widthAt(70_000, 0, 272), widthAt(70_000, 0, 273), widthAt(70_000, 0, 274)]).toEqual([256, 112, 0]);
  expect([widthAt(70_000, 1, 0), widthAt(70_000, 1, 1), widthAt(70_000, 2, 0)]).toEqual([256, 17, 1]);
});

test('bundles are read back, whatever the entries are', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (list) => {
      const read = decodeBundle(encodeBundle(list), list.length);
      expect(read.map((each) => [...each])).toEqual(list.map((each) => [...each]));
    }),
  );
});

test('strangers see no entry and no hash beyond the published size', async () => {
  const storage = new MemoryStorage();
  const { signer } = keys();
  const log = await grown(storage, 600);
  await publish(log, signer);
  expect(log.publishedSize).toBe(640);
  await log.append(entries(640, 900));
  expect(await readServed(storage, 'tile/0/001', 640)).toHaveLength(8192);
  expect(await readServed(storage, 'tile/0/002.p/128', 640)).toHaveLength(128 * 32);
  expect(await readServed(storage, 'tile/entries/002.p/128', 640)).toHaveLength(128 * 34);
  expect(await readServed(storage, 'tile/1/000.p/2', 640)).toHaveLength(64);
  const beyond = [
    'tile/0/002',
    'tile/0/002.p/129',
    'tile/entries/002',
    'tile/entries/002.p/129',
    'tile/0/003.p/1',
  ];
  for (const path of [
    ...beyond,
    'tile/1/000.p/3',
    'tile/1/000',
    'tile/2/000.p/1',
    'state',
    'checkpoints/640',
  ]) {
    expect(servable(path, 640), path).toBeNull();
    expect(await readServed(storage, path, 640), path).toBeNull();
  }
  expect(servable('tile/0/000.p/1', 0)).toBeNull();
});
