/**
 * The right edge of a growing tree: of each tile level the rightmost tile, in memory, and the roots of the complete
 * subtrees in it. Appending a leaf and reading the root need nothing else. Never alters the bytes of a tile that it has
 * handed out.
 */
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts';
import { TILE_WIDTH } from './tiles.ts';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** Told of each hash as it gets its place; `start` is the first leaf that it covers. */
export type OnHash = (level: number, position: number, hash: Buffer) => void;
/** Told of each tile as it becomes full. */
export type OnFullTile = (level: number, index: number, bytes: Buffer) => void;

/** The root over `width` hashes of a tile, a power of two. */
interface Peak {
  readonly root: Buffer;
  readonly width: number;
}

export class Edge {
  /** Of each level the hashes that it has in sum; the last are in its rightmost tile. */
  readonly #counts: number[] = [];
  readonly #tiles: Buffer[] = [];
  /** Of each level, left to right, each narrower than the one before it: the hashes of its rightmost tile. */
  readonly #peaks: Peak[][] = [];

  get size(): number {
    return this.#counts[0] ?? 0;
  }

  /** How many tile levels have a hash. */
  get levels(): number {
    return this.#counts.length;
  }

  /** A copy that can grow while this one stays. */
  copy(): Edge {
    const copy = new Edge();
    for (const [level, count] of this.#counts.entries()) {
      copy.#counts.push(count);
      copy.#tiles.push(Buffer.from(this.#tiles[level] as Buffer));
      copy.#peaks.push([...(this.#peaks[level] as Peak[])]);
    }
    return copy;
  }

  /** Puts back a level of a stored tree, lowest first: `bytes` is its rightmost tile, empty where that one is full. */
  restore(count: number, bytes: Uint8Array): void {
    const tile = Buffer.alloc(TILE_BYTES);
    const peaks: Peak[] = [];
    tile.set(bytes.subarray(0, (count % TILE_WIDTH) * HASH_BYTES));
    for (let at = 0; at < count % TILE_WIDTH; at += 1) {
      raise(peaks, Buffer.from(tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)));
    }
    this.#counts.push(count);
    this.#tiles.push(tile);
    this.#peaks.push(peaks);
  }

  /** Appends the hash of a leaf. */
  push(leaf: Buffer, onFullTile: OnFullTile, onHash?: OnHash): void {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      if (level === this.#counts.length) this.restore(0, Buffer.alloc(0));
      const count = this.#counts[level] as number;
      const tile = this.#tiles[level] as Buffer;
      const peaks = this.#peaks[level] as Peak[];
      const position = count % TILE_WIDTH;
      hash.copy(tile, position * HASH_BYTES);
      raise(peaks, hash);
      this.#counts[level] = count + 1;
      onHash?.(level, count, hash);
      if (position + 1 < TILE_WIDTH) return;
      onFullTile(level, Math.floor(count / TILE_WIDTH), tile);
      hash = (peaks.pop() as Peak).root;
      this.#tiles[level] = Buffer.alloc(TILE_BYTES);
    }
  }

  /** The rightmost tile of a level that is not full: its index and a copy of its hashes; null where there is none. */
  partial(level: number): { index: number; bytes: Buffer } | null {
    const count = this.#counts[level] ?? 0;
    const width = count % TILE_WIDTH;
    if (width === 0) return null;
    const bytes = Buffer.from((this.#tiles[level] as Buffer).subarray(0, width * HASH_BYTES));
    return { index: Math.floor(count / TILE_WIDTH), bytes };
  }

  /** The root of the tree as it is (RFC 6962, 2.1). */
  root(): Buffer {
    const peaks = this.#peaks.flatMap((level) => level.toReversed());
    const [first, ...rest] = peaks.map(({ root }) => root);
    return rest.reduce((root, left) => nodeHash(left, root), first ?? EMPTY_ROOT);
  }
}

/** Appends a hash; equally wide neighbours become one. */
function raise(peaks: Peak[], hash: Buffer): void {
  let peak: Peak = { root: hash, width: 1 };
  for (let left = peaks.at(-1); left?.width === peak.width; left = peaks.at(-1)) {
    peaks.pop();
    peak = { root: nodeHash(left.root, peak.root), width: 2 * peak.width };
  }
  peaks.push(peak);
}
