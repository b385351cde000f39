/** The tree as it follows from the entries, compared with the stored one hash by hash as it grows. */
import { Edge } from './edge.ts';
import { ENTRY_BYTES } from './log.ts';
import { HASH_BYTES, leafHash, subtreeRoot } from './merkle.ts';
import type { State } from './state.ts';
import type { TileStorage } from './storage.ts';
import { decodeBundle, TILE_WIDTH, tilePath, widthAt } from './tiles.ts';
import { Bad } from './verdict.ts';

/** A place where the stored hash is not the recomputed one. */
export interface Mismatch {
  readonly level: number;
  /** Among the hashes of its level. */
  readonly position: number;
}

export class Recomputed {
  readonly edge = new Edge();
  readonly #storage: TileStorage;
  readonly #state: State;
  /** Of each level the stored tile that the next hash stands in. */
  readonly #stored: Buffer[] = [];
  #mismatch: Mismatch | null = null;

  constructor(storage: TileStorage, state: State) {
    this.#storage = storage;
    this.#state = state;
  }

  /** Reads a bundle, in order, and the tiles that its hashes stand in: the entries that the record has of it. */
  async bundle(index: number): Promise<Uint8Array[]> {
    await this.#loadTiles(index);
    const width = widthAt(this.#state.size, 'entries', index);
    const path = tilePath('entries', index);
    const bytes = await this.#storage.read(path);
    const entries = decodeBundle(bytes ?? Buffer.alloc(0), width);
    const odd = entries.findIndex((entry) => entry.length !== ENTRY_BYTES);
    if (odd < 0 && entries.length === width) return entries;
    // An entry before the odd one may be bad too, and comes first.
    const whole = odd < 0 ? entries : entries.slice(0, odd);
    for (const entry of whole) {
      const mismatch = this.push(entry);
      if (mismatch !== null) throw await this.blame(mismatch);
    }
    const first = index * TILE_WIDTH + whole.length;
    throw new Bad('entry', first, path, bytes === null ? 'The file is missing.' : 'The file is broken here.');
  }

  /** Takes the next entry; its tiles have been read. Says the lowest place that does not fit. */
  push(entry: Uint8Array): Mismatch | null {
    this.#mismatch = null;
    this.edge.push(leafHash(entry), ignore, this.#compare);
    return this.#mismatch;
  }

  /**
   * Which is wrong? Where the stored tile is the one that the rest of the record knows, the entry was altered;
   * otherwise the tile was.
   */
  async blame({ level, position }: Mismatch): Promise<Bad> {
    const first = position * TILE_WIDTH ** level;
    const index = Math.floor(position / TILE_WIDTH);
    if (level === 0 && (await this.#isKnown(index, this.#stored[0] as Buffer))) {
      const bundle = tilePath('entries', index);
      return new Bad('entry', first, bundle, 'The entry is not the one that was recorded.');
    }
    const what = level === 0 ? 'the entry' : `the ${TILE_WIDTH ** level} entries from here on`;
    return new Bad('tile', first, tilePath(level, index), `The hash in the tile is not that of ${what}.`);
  }

  readonly #compare = (level: number, position: number, hash: Buffer): void => {
    const at = (position % TILE_WIDTH) * HASH_BYTES;
    if (this.#mismatch !== null || hash.equals((this.#stored[level] as Buffer).subarray(at, at + HASH_BYTES)))
      return;
    this.#mismatch = { level, position };
  };

  /** The tile of level 0 beside bundle `index`, and of higher levels those that begin with it. */
  async #loadTiles(index: number): Promise<void> {
    let position = index;
    for (let level = 0; ; level += 1) {
      await this.#load(level, position);
      if (position % TILE_WIDTH !== 0) return;
      position /= TILE_WIDTH;
      if (widthAt(this.#state.size, level + 1, position) === 0) return;
    }
  }

  async #load(level: number, index: number): Promise<void> {
    const path = tilePath(level, index);
    const bytes = await this.#storage.read(path);
    const width = widthAt(this.#state.size, level, index);
    if (bytes === null || bytes.length < width * HASH_BYTES) {
      const reason = bytes === null ? 'The file is missing.' : 'The file is too short.';
      throw new Bad('tile', index * TILE_WIDTH ** (level + 1), path, reason);
    }
    this.#stored[level] = Buffer.from(bytes);
  }

  /** Whether a tile of level 0 gives the hash above it; for the last one, which has none, the root. */
  async #isKnown(index: number, tile: Buffer): Promise<boolean> {
    if (widthAt(this.#state.size, 0, index) === TILE_WIDTH) {
      const above = await this.#storage.read(tilePath(1, Math.floor(index / TILE_WIDTH)));
      const at = (index % TILE_WIDTH) * HASH_BYTES;
      return above !== null && subtreeRoot(tile, 0, TILE_WIDTH).equals(above.subarray(at, at + HASH_BYTES));
    }
    const whole = new Edge();
    whole.restore(this.#state.size, tile);
    for (let level = 1; level < this.edge.levels; level += 1) {
      const count = Math.floor(this.#state.size / TILE_WIDTH ** level);
      whole.restore(count, this.edge.partial(level)?.bytes ?? Buffer.alloc(0));
    }
    return whole.root().equals(this.#state.root);
  }
}

const ignore = (): void => {};
