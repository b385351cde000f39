/** The power goes at any byte that the key store writes: what is found again is the old state or the new, never neither. */
import { expect, test } from 'vitest';
import { type KeyStore, openKeyStore } from '../../src/store/keys/index.ts';
import { seeded } from '../support/seeded.ts';
import { MemoryDisk } from './memory-disk.ts';

const MASTER = Buffer.alloc(32, 1);
const NEXT_MASTER = Buffer.alloc(32, 2);
const idOf = (n: number): string => n.toString(16).padStart(2, '0').repeat(16);
const PEOPLE = [1, 2, 3, 4, 5, 6].map(idOf);
const NOW = 1_000_000;

const openOn = (disk: MemoryDisk, master = MASTER): Promise<KeyStore> =>
  openKeyStore('/keys', master, { files: disk, now: () => NOW });

/** Everything that can be seen of a store; keys as they open. */
function stateOf(store: KeyStore): string {
  const people = PEOPLE.map((id) => [
    store.key('person', id)?.toString('hex') ?? null,
    store.key('retained', id)?.toString('hex') ?? null,
    store.lookupsOf(id).length,
    store.inGrace(id),
    store.facts('person', id)?.until ?? null,
  ]);
  const values = ['a', 'b', 'c', 'd'].map((v) => [store.lookup('email', v), store.isSuppressed(v, 'import')]);
  return JSON.stringify([people, values, store.size().damaged, store.size().lookups]);
}

type Step = (store: KeyStore) => Promise<unknown>;
const [one, two, three, four, five, six] = PEOPLE as [string, string, string, string, string, string];
const STEPS: readonly (readonly [string, Step])[] = [
  ['create', (s) => s.create('person', five, { until: NOW + 9 })],
  [
    'create several at once',
    (s) =>
      s.createMany([
        { kind: 'person', id: six },
        { kind: 'retained', id: one },
      ]),
  ],
  ['set a look-up', (s) => s.setLookup('email', 'c', three)],
  ['set one of another kind beside', (s) => s.setLookup('provider', 'c', one, { beside: true })],
  ['replace a look-up', (s) => s.setLookup('email', 'd', one)],
  ['suppress', (s) => s.suppress('b', { purpose: 'all', ground: 'erasure', until: NOW + 9 })],
  ['grace', (s) => s.setGrace([two, three], true)],
  [
    'destroy with look-ups',
    (s) =>
      s.destroy([
        { kind: 'person', id: one },
        { kind: 'person', id: two },
      ]),
  ],
  ['move an end', (s) => s.setUntil('person', four, NOW + 5)],
  ['expire', (s) => s.expire(NOW + 20)],
  ['roll the epoch', (s) => s.rollEpoch()],
  ['rotate the master key', (s) => s.rotateMaster(NEXT_MASTER)],
  ['rotate it during a roll', (s) => Promise.all([s.rollEpoch(), s.rotateMaster(NEXT_MASTER)])],
];

async function prepared(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const store = await openOn(disk);
  await store.createMany([one, two, three, four].map((id) => ({ kind: 'person', id })));
  await store.create('retained', two, { until: NOW + 10 });
  await store.setLookup('email', 'a', one);
  await store.setLookup('email', 'b', two);
  await store.close();
  return disk;
}

/** Opens with whichever master key is the right one now. */
const openEither = (disk: MemoryDisk): Promise<KeyStore> =>
  openOn(disk).catch(() => openOn(disk, NEXT_MASTER));

test('cut at every byte of every change, the store holds the old state or the new one', async () => {
  const random = seeded();
  const stride = process.env.KEPT_TEST_ALL ? 1 : 97;
  const base = await prepared();
  let points = 0;
  for (const [name, step] of STEPS) {
    const calm = base.copy();
    let store = await openOn(calm);
    const before = stateOf(store);
    calm.written = 0;
    await step(store);
    const total = calm.written;
    store = await openEither(calm.copy());
    const offset = Math.floor(random() * stride);
    expect(total, name).toBeGreaterThan(0);
    for (let cut = offset; cut < total; cut += stride) {
      points++;
      const disk = base.copy();
      const cutStore = await openOn(disk);
      disk.written = 0;
      disk.cutAfter = cut;
      const ended = await step(cutStore).then(
        () => true,
        () => false,
      );
      // Two changes at once do not always write as much as the first time: the power stays then.
      if (ended && disk.off) throw new Error(`${name} cut at ${cut} did not fail`);
      disk.restart(random);
      const again = await openEither(disk);
      const after = stateOf(again);
      if (after !== before) expectNew(name, after, before, cut);
      expect(again.size().damaged, `${name} cut at ${cut}`).toBe(0);
      // It goes on where it was.
      await step(again);
      await again.close();
    }
  }
  console.log(`${points} cuts in ${STEPS.length} kinds of change`);
}, 3_600_000);

/** New keys differ from run to run, so the new state is known by what did not change and what did. */
function expectNew(name: string, after: string, before: string, cut: number): unknown {
  const [people, values] = JSON.parse(after) as [unknown[][], unknown[][]];
  const [was, wasValues] = JSON.parse(before) as [unknown[][], unknown[][]];
  const where = `${name} cut at ${cut}`;
  const gone = (index: number): void => expect(people[index]?.[0], where).toBeNull();
  const same = (...indexes: number[]): void => {
    for (const index of indexes) expect(people[index], where).toEqual(was[index]);
  };
  switch (name) {
    case 'create':
      same(0, 1, 2, 3, 5);
      return expect(people[4]?.[4], where).toBe(NOW + 9);
    case 'create several at once':
      same(1, 2, 3, 4);
      return expect([people[5]?.[0], people[0]?.[1]], where).not.toContain(null);
    case 'set a look-up':
      same(0, 1, 3, 4, 5);
      return expect(values[2]?.[0], where).toBe(three);
    case 'set one of another kind beside':
      same(1, 2, 3, 4, 5);
      return expect([values[0]?.[0], people[0]?.[2]], where).toEqual([one, 2]);
    case 'replace a look-up':
      same(0, 1, 2, 3, 4, 5);
      return expect([values[0]?.[0], values[3]?.[0]], where).toEqual([null, one]);
    case 'suppress':
      same(0, 1, 2, 3, 4, 5);
      return expect(values[1], where).toEqual([wasValues[1]?.[0], true]);
    case 'grace':
      same(0, 3, 4, 5);
      return expect([people[1]?.[3], people[2]?.[3]], where).toEqual([true, true]);
    case 'destroy with look-ups':
      for (const index of [0, 1]) gone(index);
      same(2, 3, 4, 5);
      return expect([values[0]?.[0], values[1]?.[0]], where).toEqual([null, null]);
    case 'move an end':
      same(0, 1, 2, 4, 5);
      return expect(people[3]?.[4], where).toBe(NOW + 5);
    case 'expire':
      same(0, 2, 3, 4, 5);
      return expect(people[1]?.[1], where).toBeNull();
    default:
      return expect(after, where).toBe(before);
  }
}

test('a write that fails takes nothing away and the next one puts the disk right', async () => {
  const disk = await prepared();
  const store = await openOn(disk);
  const before = stateOf(store);
  disk.full = true;
  await expect(store.destroy([{ kind: 'person', id: one }])).rejects.toThrow('no space left');
  await expect(store.create('person', six)).rejects.toThrow('no space left');
  expect(stateOf(store)).toBe(before);
  disk.full = false;
  await store.create('person', six);
  const now = stateOf(store);
  expect(stateOf(await openOn(disk.copy()))).toBe(now);
});
