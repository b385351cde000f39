/**
 * Merkle tree hashing and proofs as in RFC 6962, section 2.1 (the same as RFC 9162, section 2.1): hashes, what nodes a
 * proof consists of, and the verification of proofs. Knows no tiles and no storage.
 *
 * Sizes and indexes are safe integers, so nothing here uses bit operators, which stop at 32 bits.
 */
import { hash } from 'node:crypto';
import { RecordError } from './errors.ts';

export const HASH_BYTES = 32;

/** A complete subtree: leaves from `index × 2^level` on, 2^level of them. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** The root of the tree without leaves. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

const LEAF_PREFIX = Buffer.of(0);
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** The hash of an entry as a leaf: SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF_PREFIX, entry]), 'buffer');
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** The root over `count` hashes (a power of two) that lie side by side from hash number `start` on. */
export function subtreeRoot(hashes: Buffer, start: number, count: number): Buffer {
  const row = Buffer.from(hashes.subarray(start * HASH_BYTES, (start + count) * HASH_BYTES));
  for (let left = count; left > 1; left /= 2) {
    for (let at = 0; at < left; at += 2) {
      row.copy(pair, 1, at * HASH_BYTES, (at + 2) * HASH_BYTES);
      hash('sha256', pair, 'buffer').copy(row, (at / 2) * HASH_BYTES);
    }
  }
  return row.subarray(0, HASH_BYTES);
}

/** The largest power of two that is smaller than `size` (which is 2 or more): where RFC 6962 splits a tree. */
function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The complete subtrees that leaves from `from` to before `to` consist of, left to right; `from` starts a subtree. */
export function rangeNodes(from: number, to: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    let width = 1;
    while (width * 2 <= to - at) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Folds the roots of side by side subtrees, from the right, into the root over all of them. */
export function foldNodes(roots: readonly Uint8Array[]): Buffer {
  if (roots.length === 0) return EMPTY_ROOT;
  let root: Buffer = Buffer.from(roots[roots.length - 1] as Uint8Array);
  for (let at = roots.length - 2; at >= 0; at -= 1) root = nodeHash(roots[at] as Uint8Array, root);
  return root;
}

/** Ranges of leaves whose roots make up an inclusion proof (RFC 6962, 2.1.1), from the leaf's sibling upwards. */
export function inclusionRanges(index: number, size: number): [from: number, to: number][] {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RecordError('argument', `There is no entry ${index} in a record of ${size}.`);
  }
  const ranges: [number, number][] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  return ranges.reverse();
}

/** Ranges of leaves whose roots make up a consistency proof (RFC 6962, 2.1.2); none from 0 or to the same size. */
export function consistencyRanges(oldSize: number, newSize: number): [from: number, to: number][] {
  checkSize(oldSize);
  checkSize(newSize);
  if (oldSize > newSize)
    throw new RecordError('argument', `A record of ${newSize} cannot follow one of ${oldSize}.`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const ranges: [number, number][] = [];
  let [from, to] = [0, newSize];
  while (to !== oldSize) {
    const middle = from + split(to - from);
    if (oldSize <= middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  // Where the old tree is the left part of the way down, its root is known to who asks.
  if (from !== 0) ranges.push([from, to]);
  return ranges.reverse();
}

/** Whether `proof` shows that `leaf` is number `index` in the tree of `size` leaves with `root` (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(proof)) return false;
  let at = index;
  let last = size - 1;
  let hashed: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hashed = nodeHash(sibling, hashed);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      hashed = nodeHash(hashed, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hashed.equals(root);
}

/** Whether `proof` shows that the tree with `newRoot` begins with the one with `oldRoot` (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  oldSize: number,
  newSize: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize || !areHashes(proof)) return false;
  if (oldSize === 0) return proof.length === 0 && EMPTY_ROOT.equals(oldRoot);
  if (oldSize === newSize) return proof.length === 0 && Buffer.compare(oldRoot, newRoot) === 0;
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : [...proof];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [at, last] = [oldSize - 1, newSize - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [old, now]: [Buffer, Buffer] = [Buffer.from(first), Buffer.from(first)];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old);
      now = nodeHash(sibling, now);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      now = nodeHash(now, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && old.equals(oldRoot) && now.equals(newRoot);
}

const half = (value: number): number => Math.floor(value / 2);

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.every((each) => each.length === HASH_BYTES);

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

function checkSize(size: number): void {
  if (!isSize(size)) throw new RecordError('argument', 'The size of a record is a whole number from 0 on.');
}
