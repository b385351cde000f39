/** What the record acknowledged is there after a kill at any write; what it did not can be appended again. */
import { describe, expect, test } from 'vitest';
import { RecordLog } from '../../src/record/log.ts';
import { verifyConsistency } from '../../src/record/merkle.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import { seeded } from '../support/seeded.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entries, entry, grown, keys, ORIGIN, publish } from './sample.ts';

const { signer, verifier } = keys();
const verify = (storage: MemoryStorage) => verifyRecord(storage, { origin: ORIGIN, verifiers: [verifier] });

describe('killed at any write of an append', () => {
  // Within a tile, over a tile's end, over several, and from nothing; the last fills a tile to its last place.
  test.each([
    [0, 1],
    [0, 600],
    [100, 3],
    [250, 6],
    [250, 7],
    [511, 700],
  ])('of %i entries that grow by %i: old or new, and it goes on', async (before, by) => {
    const start = new MemoryStorage();
    await grown(start, before);
    const root = await (await RecordLog.open(ORIGIN, start)).root();
    const whole = start.copy();
    await (await RecordLog.open(ORIGIN, whole)).append(entries(before, before + by));
    const wanted = whole.written;
    expect(wanted).toBeGreaterThanOrEqual(3);
    for (let writes = 0; writes <= wanted; writes += 1) {
      const storage = start.copy();
      const log = await RecordLog.open(ORIGIN, storage);
      storage.writesLeft = writes;
      await expect(log.append(entries(before, before + by))).rejects.toThrow('power cut');
      storage.writesLeft = Number.POSITIVE_INFINITY;

      const reopened = await RecordLog.open(ORIGIN, storage.copy());
      expect(reopened.size).toBe(writes === wanted ? before + by : before);
      if (writes < wanted) expect(await reopened.root()).toEqual(root);

      // Other entries instead of those that were lost, fewer and more of them.
      for (const count of [1, 5, 300]) {
        const other = storage.copy();
        const next = await RecordLog.open(ORIGIN, other);
        const from = next.size;
        await next.append(entries(10_000, 10_000 + count));
        expect(await verify(other)).toMatchObject({ ok: true, size: from + count });
      }

      // The same log, not restarted, tries again.
      expect(await log.append(entries(before, before + by), before)).toBe(before);
      expect(await log.root()).toEqual(await (await RecordLog.open(ORIGIN, whole)).root());
      expect(await verify(storage)).toMatchObject({ ok: true, size: before + by });
    }
  });

  test('random appends and kills: never an entry lost, never a checkpoint contradicted', async () => {
    const random = seeded();
    const storage = new MemoryStorage();
    let log = await RecordLog.open(ORIGIN, storage);
    let acknowledged = 0;
    const published: { size: number; root: Buffer }[] = [];
    for (let round = 0; round < 150; round += 1) {
      storage.writesLeft = random() < 0.3 ? Math.floor(random() * 8) : Number.POSITIVE_INFINITY;
      const count = Math.floor(random() * 200);
      try {
        await log.append(entries(acknowledged, acknowledged + count), acknowledged);
        acknowledged += count;
        if (random() < 0.2) {
          await publishKnown(log);
          acknowledged = log.size;
          published.push({ size: log.size, root: await log.root() });
        }
      } catch {
        storage.writesLeft = Number.POSITIVE_INFINITY;
        log = await RecordLog.open(ORIGIN, storage);
        expect(log.size).toBeGreaterThanOrEqual(acknowledged);
        acknowledged = log.size;
      }
    }
    storage.writesLeft = Number.POSITIVE_INFINITY;
    log = await RecordLog.open(ORIGIN, storage);
    const last = { size: log.size, root: await log.root() };
    for (const { size, root } of published) {
      const proof = await log.consistencyProof(size, last.size);
      expect(verifyConsistency(size, last.size, proof, root, last.root)).toBe(true);
    }
    expect(published.length).toBeGreaterThan(3);
    expect(await verify(storage)).toMatchObject({ ok: true });
  });

  async function publishKnown(log: RecordLog): Promise<void> {
    await log.append(entries(log.size, log.size + log.paddingNeeded));
    await log.publish(log.size, [signer]);
  }
});

describe('an append', () => {
  test('may be repeated with its index, and another one there is refused', async () => {
    const storage = new MemoryStorage();
    const log = await grown(storage, 300);
    expect(await log.append(entries(250, 320), 250)).toBe(250);
    expect(await log.append(entries(250, 320), 250)).toBe(250);
    expect(log.size).toBe(320);
    await expect(log.append([entry(0)], 250)).rejects.toThrow('is another one');
    await expect(log.append([entry(0)], 321)).rejects.toThrow('none can be put');
    expect(() => log.append([Buffer.alloc(31)])).toThrow('32 bytes');
    expect(() => log.append(entries(0, 2).concat(Array(70_000).fill(entry(0))))).toThrow('at most');
    expect(await verify(storage)).toMatchObject({ ok: true, size: 320 });
  });

  test('keeps nothing of the caller’s buffers', async () => {
    const log = await RecordLog.open(ORIGIN, new MemoryStorage());
    const mine = entry(0);
    await log.append([mine]);
    mine.fill(0);
    await log.append([entry(1)]);
    expect(await log.root()).toEqual(await (await grown(new MemoryStorage(), 2)).root());
  });

  test('of many at once keeps their order', async () => {
    const storage = new MemoryStorage();
    const log = await RecordLog.open(ORIGIN, storage);
    const firsts = await Promise.all(
      Array.from({ length: 50 }, (_, at) => log.append(entries(at * 7, at * 7 + 7))),
    );
    expect(firsts).toEqual(Array.from({ length: 50 }, (_, at) => at * 7));
    expect(await log.root()).toEqual(await (await grown(new MemoryStorage(), 350)).root());
  });
});

describe('a publication', () => {
  test('grows by 64, 128, 256…: of how much happened it tells the order of magnitude', async () => {
    const growths: number[] = [];
    for (const acts of [0, 1, 63, 64, 65, 128, 129, 1000]) {
      const log = await grown(new MemoryStorage(), 0);
      await publish(log, signer);
      await log.append(entries(0, acts));
      const before = log.publishedSize;
      await log.append(entries(acts, acts + log.paddingNeeded));
      await log.publish(log.size, [signer]);
      growths.push(log.publishedSize - before);
    }
    expect(growths).toEqual([64, 64, 64, 64, 128, 128, 256, 1024]);
  });

  test('is not what a receipt is signed for: strangers see nothing of it', async () => {
    const storage = new MemoryStorage();
    const log = await grown(storage, 0);
    await publish(log, signer);
    await log.append(entries(0, 3));
    expect(log.receiptPaddingNeeded).toBe(13);
    await expect(log.sign(67, [signer])).rejects.toThrow('cannot be signed');
    await log.append(entries(3, 16));
    const note = await log.sign(80, [signer]);
    expect(note).toContain(`${ORIGIN}\n80\n`);
    expect(await log.sign(80, [signer])).toBe(note);
    expect([log.publishedSize, await log.checkpoint()]).toEqual([64, await log.checkpoint(64)]);
    expect((await RecordLog.open(ORIGIN, storage)).publishedSize).toBe(64);
    await log.keepCheckpoint(note, [verifier]);
    expect(log.publishedSize).toBe(64);
    // An hour with a receipt looks like an hour without one.
    await publish(log, signer);
    expect(log.publishedSize).toBe(128);
    expect(await verify(storage)).toMatchObject({ ok: true, size: 128 });
  });

  test('is of a multiple of 64, grows even when nothing happened, and never goes back', async () => {
    const storage = new MemoryStorage();
    const log = await grown(storage, 10);
    expect(log.paddingNeeded).toBe(54);
    await expect(log.publish(10, [signer])).rejects.toThrow('cannot be published');
    await publish(log, signer);
    expect([log.publishedSize, log.size, log.paddingNeeded]).toEqual([64, 64, 64]);
    await publish(log, signer);
    expect(log.publishedSize).toBe(128);
    await expect(log.publish(64, [signer])).rejects.toThrow('cannot be published');
    expect(await log.checkpoint(64)).toContain(`${ORIGIN}\n64\n`);
    expect(await log.checkpoint(65)).toBeNull();
    expect((await RecordLog.open(ORIGIN, storage)).publishedSize).toBe(128);
  });
});

describe('a record does not open', () => {
  const damaged: [string, (storage: MemoryStorage) => void, string][] = [
    ['whose state is gone', (storage) => storage.files.delete('state'), 'were published'],
    [
      'whose state is cut',
      (storage) => storage.files.set('state', Buffer.from('kept record state v1\n6')),
      'state',
    ],
    [
      'whose state is older than what it published',
      (storage) => storage.files.set('state', OLD_STATE),
      'published',
    ],
    ['whose newest tile is altered', (storage) => storage.damage('tile/0/001', 5), 'root'],
    ['whose newest tile is gone', (storage) => storage.files.delete('tile/0/001'), 'tile/0/001'],
    ['whose newest entries are altered', (storage) => storage.damage('tile/entries/001', 40), 'entries/001'],
  ];
  const OLD_STATE = Buffer.from(`kept record state v1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`);

  test.each(damaged)('%s', async (_, damage, message) => {
    const storage = new MemoryStorage();
    const log = await grown(storage, 290);
    await publish(log, signer);
    await RecordLog.open(ORIGIN, storage);
    damage(storage);
    await expect(RecordLog.open(ORIGIN, storage)).rejects.toThrow(message);
  });

  test('that belongs to another origin', async () => {
    const storage = new MemoryStorage();
    await publish(await grown(storage, 3), signer);
    await expect(RecordLog.open('other.test/record', storage)).rejects.toThrow(ORIGIN);
  });
});
