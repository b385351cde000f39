/**
 * The right edge of a growing tree: of each tile level the rightmost tile, in memory. Appending a leaf and reading the
 * root need nothing else. Never alters the bytes of a tile that it has handed out.
 */
import { EMPTY_ROOT, HASH_BYTES, nodeHash, subtreeRoot } from './merkle.ts';
import { TILE_WIDTH } from './tiles.ts';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** Told of each hash as it gets its place; `start` is the first leaf that it covers. */
export type OnHash = (level: number, position: number, hash: Buffer) => void;
/** Told of each tile as it becomes full. */
export type OnFullTile = (level: number, index: number, bytes: Buffer) => void;

export class Edge {
  /** Of each level the hashes that it has in sum; the last are in its rightmost tile. */
  readonly #counts: number[] = [];
  readonly #tiles: Buffer[] = [];

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
    }
    return copy;
  }

  /** Puts back a level of a stored tree, lowest first: `bytes` is its rightmost tile, empty where that one is full. */
  restore(count: number, bytes: Uint8Array): void {
    const tile = Buffer.alloc(TILE_BYTES);
    tile.set(bytes.subarray(0, (count % TILE_WIDTH) * HASH_BYTES));
    this.#counts.push(count);
    this.#tiles.push(tile);
  }

  /** Appends the hash of a leaf. */
  push(leaf: Buffer, onFullTile: OnFullTile, onHash?: OnHash): void {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      if (level === this.#counts.length) this.restore(0, Buffer.alloc(0));
      const count = this.#counts[level] as number;
      const tile = this.#tiles[level] as Buffer;
      const position = count % TILE_WIDTH;
      hash.copy(tile, position * HASH_BYTES);
      this.#counts[level] = count + 1;
      onHash?.(level, count, hash);
      if (position + 1 < TILE_WIDTH) return;
      onFullTile(level, Math.floor(count / TILE_WIDTH), tile);
      hash = subtreeRoot(tile, 0, TILE_WIDTH);
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
    let root: Buffer | null = null;
    for (const [level, count] of this.#counts.entries()) {
      let left = count % TILE_WIDTH;
      for (let chunk = 1; left > 0; chunk *= 2) {
        if (left % (chunk * 2) === 0) continue;
        left -= chunk;
        const part = subtreeRoot(this.#tiles[level] as Buffer, left, chunk);
        root = root === null ? part : nodeHash(part, root);
      }
    }
    return root ?? EMPTY_ROOT;
  }
}
