/** Verification finds the first thing that is wrong, whatever it is, and says where. */
import { describe, expect, test } from 'vitest';
import type { IndexedOpening } from '../../src/record/check-openings.ts';
import { commit, padding } from '../../src/record/commitment.ts';
import { RecordLog } from '../../src/record/log.ts';
import { leafHash } from '../../src/record/merkle.ts';
import { stateFile } from '../../src/record/state.ts';
import { type VerifyOptions, verifyRecord } from '../../src/record/verify.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entry, grown, keys, ORIGIN, publish } from './sample.ts';

const { signer, verifier } = keys();
/** Two full tiles, a partial one, published once at 320, once at 640, and 20 more. */
const sound = new MemoryStorage();
const log = await grown(sound, 300);
await publish(log, signer);
await log.append(Array.from({ length: 280 }, (_, at) => entry(at)));
await publish(log, signer);
await log.append(Array.from({ length: 20 }, (_, at) => entry(at)));

const verify = (storage: MemoryStorage, more: Partial<VerifyOptions> = {}) =>
  verifyRecord(storage, { origin: ORIGIN, verifiers: [verifier], ...more });

test('a sound record verifies, with its size, root and checkpoints', async () => {
  const seen: number[] = [];
  const verdict = await verify(sound, { onProgress: (done) => seen.push(done) });
  expect(verdict).toMatchObject({ ok: true, size: 660, root: await log.root(), checkpoints: 3 });
  expect(seen).toEqual([256, 512, 660]);
  expect(await verify(new MemoryStorage())).toMatchObject({ ok: true, size: 0 });
});

const HASH = 32;
const ENTRY = 34;
type Damage = [
  name: string,
  damage: (storage: MemoryStorage) => void,
  what: string,
  index: number,
  path: string,
];
const DAMAGES: Damage[] = [
  ['an altered entry', (s) => s.damage('tile/entries/000', 7 * ENTRY + 9), 'entry', 7, 'tile/entries/000'],
  [
    'an altered entry of the last bundle',
    (s) => s.damage('tile/entries/002', 3 * ENTRY + 2),
    'entry',
    515,
    'tile/entries/002',
  ],
  ['an altered length', (s) => s.damage('tile/entries/001', 5 * ENTRY + 1), 'entry', 261, 'tile/entries/001'],
  ['a missing bundle', (s) => s.files.delete('tile/entries/001'), 'entry', 256, 'tile/entries/001'],
  ['a cut bundle', (s) => cut(s, 'tile/entries/001', 10 * ENTRY), 'entry', 266, 'tile/entries/001'],
  ['an altered leaf hash', (s) => s.damage('tile/0/001', 4 * HASH), 'tile', 260, 'tile/0/001'],
  [
    'an altered leaf hash of the last tile',
    (s) => s.damage('tile/0/002', 4 * HASH),
    'tile',
    516,
    'tile/0/002',
  ],
  ['an altered hash a level above', (s) => s.damage('tile/1/000', HASH), 'tile', 256, 'tile/1/000'],
  ['a missing tile', (s) => s.files.delete('tile/0/001'), 'tile', 256, 'tile/0/001'],
  ['a missing tile a level above', (s) => s.files.delete('tile/1/000'), 'tile', 0, 'tile/1/000'],
  ['a cut tile', (s) => cut(s, 'tile/0/002', 40), 'tile', 512, 'tile/0/002'],
  ['an altered root', otherRoot, 'root', 660, 'state'],
  ['an altered checkpoint', (s) => s.damage('checkpoints/320', 30), 'checkpoint', 320, 'checkpoints/320'],
  [
    'a checkpoint under another size',
    (s) => rename(s, 'checkpoints/320', 'checkpoints/384'),
    'checkpoint',
    320,
    'checkpoints/384',
  ],
  ['a missing newest checkpoint', (s) => s.files.delete('checkpoint'), 'checkpoint', 0, 'checkpoint'],
  ['an entry and its leaf hash altered', (s) => forge(s, 9), 'tile', 0, 'tile/1/000'],
  ['the last entries cut off, state and all', (s) => replace(s, 300), 'checkpoint', 640, 'checkpoints/640'],
];

describe('it finds', () => {
  test.each(DAMAGES)('%s', async (_, damage, what, index, path) => {
    const storage = sound.copy();
    await damage(storage);
    expect(await verify(storage)).toMatchObject({ ok: false, what, index, path });
  });

  test('the first of two', async () => {
    const storage = sound.copy();
    storage.damage('tile/0/002', 9 * HASH);
    storage.damage('tile/entries/001', 30 * ENTRY + 4);
    expect(await verify(storage)).toMatchObject({ ok: false, what: 'entry', index: 286 });
    storage.damage('tile/entries/001', 20 * ENTRY);
    storage.damage('tile/entries/001', 10 * ENTRY + 3);
    expect(await verify(storage)).toMatchObject({ ok: false, what: 'entry', index: 266 });
  });

  test('a history that was written anew, also with fitting tiles and state', async () => {
    const storage = new MemoryStorage();
    const other = await RecordLog.open(ORIGIN, storage);
    await other.append(Array.from({ length: 660 }, (_, at) => entry(at === 100 ? 5 : at)));
    for (const path of ['checkpoints/320', 'checkpoints/640', 'checkpoint']) {
      storage.files.set(path, sound.files.get(path) as Uint8Array);
    }
    expect(await verify(storage)).toMatchObject({ ok: false, what: 'checkpoint', index: 320 });
  });

  test('checkpoints that a key we do not know has signed', async () => {
    expect(await verify(sound, { verifiers: [keys().verifier] })).toMatchObject({
      ok: false,
      what: 'checkpoint',
    });
  });
});

function otherRoot(storage: MemoryStorage): void {
  const file = stateFile({ size: 660, root: leafHash(entry(0)) });
  storage.files.set(file.path, file.bytes);
}

function cut(storage: MemoryStorage, path: string, length: number): void {
  storage.files.set(path, (storage.files.get(path) as Uint8Array).slice(0, length));
}

function rename(storage: MemoryStorage, from: string, to: string): void {
  storage.files.set(to, storage.files.get(from) as Uint8Array);
  storage.files.delete(from);
}

/** Alters an entry and puts its new hash into the tile. */
function forge(storage: MemoryStorage, index: number): void {
  storage.damage('tile/entries/000', index * ENTRY + 10);
  const bundle = storage.files.get('tile/entries/000') as Uint8Array;
  const hash = leafHash(bundle.subarray(index * ENTRY + 2, (index + 1) * ENTRY));
  (storage.files.get('tile/0/000') as Uint8Array).set(hash, index * HASH);
}

/** The record as if nothing had been appended after `size`. */
async function replace(storage: MemoryStorage, size: number): Promise<void> {
  const shorter = new MemoryStorage();
  await grown(shorter, size);
  storage.files.delete('checkpoints/320');
  for (const [path, bytes] of shorter.files) storage.files.set(path, bytes);
}

describe('openings', () => {
  const storage = new MemoryStorage();
  const openings: IndexedOpening[] = [];

  async function* given(list: readonly IndexedOpening[]): AsyncGenerator<IndexedOpening> {
    yield* list;
  }

  test('are counted by kind, over every entry', async () => {
    const log = await RecordLog.open(ORIGIN, storage);
    for (let at = 0; at < 300; at += 1) {
      const kind = at % 3 === 0 ? 'export' : 'consent_given';
      const { entry, salt1, contentHash } = commit({ kind, at, role: 'member' }, { at });
      const index = await log.append([entry]);
      openings.push({ index, kind, at, role: 'member', salt1, contentHash });
    }
    while (log.paddingNeeded > 0) {
      const { entry, opening } = padding(1);
      openings.push({ index: await log.append([entry]), ...opening });
    }
    await log.publish(log.size, [signer]);
    const verdict = await verify(storage, { openings: given(openings), everyEntryOpened: true });
    expect(verdict).toMatchObject({ ok: true, size: 512 });
    if (verdict.ok) {
      expect([...verdict.kinds].sort()).toEqual([
        ['consent_given', 200],
        ['export', 100],
        ['padding', 212],
      ]);
    }
  });

  test('that are wrong, missing, in another order or too many are found', async () => {
    const first = async (list: readonly IndexedOpening[], everyEntryOpened = true): Promise<unknown> => {
      const verdict = await verify(storage, { openings: given(list), everyEntryOpened });
      return verdict.ok ? null : [verdict.what, verdict.index];
    };
    const changed = (index: number, more: Partial<IndexedOpening>): IndexedOpening[] =>
      openings.map((each) => (each.index === index ? { ...each, ...more } : each));
    expect(await first(changed(33, { kind: 'disclosure' }))).toEqual(['opening', 33]);
    expect(await first(changed(33, { at: 1 }))).toEqual(['opening', 33]);
    expect(await first(changed(310, { kind: 'staff_read' }))).toEqual(['opening', 310]);
    expect(await first(changed(7, { kind: 'rumour' as 'export' }))).toEqual(['opening', 7]);
    expect(await first(openings.filter(({ index }) => index !== 5))).toEqual(['opening', 5]);
    expect(
      await first(
        openings.filter(({ index }) => index !== 5),
        false,
      ),
    ).toBeNull();
    expect(await first([])).toEqual(['opening', 0]);
    expect(await first([...openings, { ...(openings[0] as IndexedOpening), index: 512 }])).toEqual([
      'opening',
      512,
    ]);
    expect(await first([...openings].reverse())).toEqual(['opening', 0]);
    expect(await first([...openings].reverse(), false)).toEqual(['opening', 512]);
  });
});

test('a verification can be given up', async () => {
  const ended = AbortSignal.abort(new Error('enough'));
  await expect(verify(sound, { signal: ended })).rejects.toThrow('enough');
});
