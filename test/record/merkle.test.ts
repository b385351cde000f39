/** Hashes and proofs are RFC 6962's, and nothing but the right proof is accepted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_ROOT,
  foldNodes,
  leafHash,
  nodeHash,
  rangeNodes,
  verifyConsistency,
  verifyInclusion,
} from '../../src/record/merkle.ts';
import { readConsistencyProof, readInclusionProof, readRoot } from '../../src/record/read-tiles.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entries, entry, grown } from './sample.ts';

/** The leaves and roots that certificate-transparency's own tests use. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** RFC 6962, 2.1, word for word. */
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leafHash(leaves[0] as Buffer);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

/** Sizes that cross a tile as well. */
const SIZE_MAX = 600;
const storage = new MemoryStorage();
await grown(storage, SIZE_MAX);
const root = (size: number): Promise<Buffer> => readRoot(storage, size);

describe('hashes', () => {
  test.each(ROOTS.map((root, size) => ({ size, root })))(
    'the tree of $size known leaves',
    ({ size, root }) => {
      const leaves = LEAVES.slice(0, size).map((hex) => Buffer.from(hex, 'hex'));
      expect(mth(leaves).toString('hex')).toBe(root);
      expect(
        foldNodes(
          rangeNodes(0, size).map(({ level, index }) =>
            mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
          ),
        ).toString('hex'),
      ).toBe(root);
    },
  );

  test('roots out of tiles are RFC 6962’s at every size', async () => {
    for (let size = 0; size <= 300; size += 1) expect(await root(size)).toEqual(mth(entries(0, size)));
    for (const size of [511, 512, 513, SIZE_MAX]) expect(await root(size)).toEqual(mth(entries(0, size)));
  });
});

describe('inclusion proofs', () => {
  test('hold for every entry of every size up to 70, and for no other entry, size or root', async () => {
    for (let size = 1; size <= 70; size += 1) {
      const wanted = await root(size);
      for (let index = 0; index < size; index += 1) {
        const proof = await readInclusionProof(storage, index, size);
        const leaf = leafHash(entry(index));
        expect(verifyInclusion(leaf, index, size, proof, wanted)).toBe(true);
        expect(verifyInclusion(leafHash(entry(index + 1)), index, size, proof, wanted)).toBe(false);
        expect(verifyInclusion(leaf, index, size, proof, EMPTY_ROOT)).toBe(false);
        if (size > 1) expect(verifyInclusion(leaf, index, size, proof.slice(1), wanted)).toBe(false);
        expect(verifyInclusion(leaf, index, size, [...proof, wanted], wanted)).toBe(false);
        expect(verifyInclusion(leaf, size, size, proof, wanted)).toBe(false);
      }
    }
  });

  test('hold at any size, and no byte of them can be changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE_MAX }), fc.nat(), fc.nat(), async (size, a, b) => {
        const index = a % size;
        const proof = await readInclusionProof(storage, index, size);
        const leaf = leafHash(entry(index));
        const wanted = await root(size);
        expect(verifyInclusion(leaf, index, size, proof, wanted)).toBe(true);
        if (proof.length === 0) return;
        flip(proof, b);
        expect(verifyInclusion(leaf, index, size, proof, wanted)).toBe(false);
      }),
    );
  });
});

describe('consistency proofs', () => {
  test('hold between all sizes up to 40, and between no others', async () => {
    for (let size = 1; size <= 40; size += 1) {
      for (let old = 0; old <= size; old += 1) {
        const proof = await readConsistencyProof(storage, old, size);
        const [before, after] = [await root(old), await root(size)];
        expect(verifyConsistency(old, size, proof, before, after)).toBe(true);
        expect(verifyConsistency(old, size, [...proof, after], before, after)).toBe(false);
        if (old > 0 && old < size) {
          expect(verifyConsistency(old, size, proof.slice(0, -1), before, after)).toBe(false);
          expect(verifyConsistency(old, size, proof, EMPTY_ROOT, after)).toBe(false);
          expect(verifyConsistency(old, size, proof, before, before)).toBe(false);
        }
      }
    }
  });

  test('hold at any sizes, and no byte of them can be changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE_MAX }), fc.nat(), fc.nat(), async (size, a, b) => {
        const old = 1 + (a % size);
        const proof = await readConsistencyProof(storage, old, size);
        const [before, after] = [await root(old), await root(size)];
        expect(verifyConsistency(old, size, proof, before, after)).toBe(true);
        if (proof.length === 0) return;
        flip(proof, b);
        expect(verifyConsistency(old, size, proof, before, after)).toBe(false);
      }),
    );
  });
});

function flip(proof: readonly Buffer[], where: number): void {
  const hash = proof[where % proof.length] as Buffer;
  const at = where % hash.length;
  hash[at] = (hash[at] as number) ^ (1 << (where % 8));
}
