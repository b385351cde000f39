/**
 * The record: an append-only Merkle log over a storage. Nothing is acknowledged before its tiles are stored; killed
 * anywhere, what was acknowledged is there and what was not can be appended again. One process owns it.
 *
 * It grows with every act, but strangers see published sizes only (see serve.ts), each larger than the one before by
 * PUBLISH_MULTIPLE times a power of two, so that its growth tells them its order of magnitude at most. It never takes an
 * entry that looks unlike the others.
 */
import { type Checkpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import type { Edge } from './edge.ts';
import { RecordError } from './errors.ts';
import { leafHash } from './merkle.ts';
import { type NoteSigner, type NoteVerifier, parseNote } from './note.ts';
import { readConsistencyProof, readInclusionProof, readRoot } from './read-tiles.ts';
import { readEdge, readState, STATE_PATH, stateFile } from './state.ts';
import type { RecordFile, TileStorage } from './storage.ts';
import { encodeBundle, TILE_WIDTH, tilePath, widthAt } from './tiles.ts';

/** Every entry's bytes: a commitment (commitment.ts). */
export const ENTRY_BYTES = 32;
/** A published size is a multiple of this; each publication grows the record by that much at least. */
export const PUBLISH_MULTIPLE = 64;
/** A size that is signed for a receipt is a multiple of this, so that its holder cannot count others' acts. */
export const RECEIPT_MULTIPLE = 16;
/** Entries in one append. */
export const APPEND_ENTRIES_MAX = 65_536;
/** Appends and publications that wait for their turn. */
const WAITING_MAX = 4096;

export const CHECKPOINT_PATH = 'checkpoint';
export const CHECKPOINTS_FOLDER = 'checkpoints';

export class RecordLog {
  readonly origin: string;
  readonly #storage: TileStorage;
  #edge: Edge;
  /** The entries of the last bundle, fewer than 256. */
  #last: Uint8Array[];
  #published: number;
  /** After a write failed, nobody knows which of its files are new: the storage is read again first. */
  #doubtful = false;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(origin: string, storage: TileStorage, loaded: Loaded) {
    this.origin = origin;
    this.#storage = storage;
    this.#edge = loaded.edge;
    this.#last = loaded.last;
    this.#published = loaded.published;
  }

  /**
   * Opens the record, or begins one where the storage is empty. Reads and checks its right edge only; verify.ts reads
   * everything. Throws `damaged` where state, tiles and the newest checkpoint do not fit each other, `argument` where
   * the checkpoint is of another origin.
   */
  static async open(origin: string, storage: TileStorage): Promise<RecordLog> {
    return new RecordLog(origin, storage, await load(origin, storage));
  }

  /** The name that a published record was born with; null where nothing was published. */
  static async originIn(storage: TileStorage): Promise<string | null> {
    return (await newestCheckpoint(storage))?.origin ?? null;
  }

  /** Entries in all, published or not. */
  get size(): number {
    return this.#edge.size;
  }

  /** The size of the newest checkpoint: what strangers see. 0 before the first. */
  get publishedSize(): number {
    return this.#published;
  }

  /**
   * Appends entries of 32 bytes each and resolves with the index of the first, when all would survive a power cut.
   * With `at`, entries that are there already from that index on are compared and only the rest is appended, so that
   * an append may be repeated. Throws `argument`, `busy`, `damaged`, or what the storage threw; then the same append
   * may be tried again with the same `at`.
   */
  append(entries: readonly Uint8Array[], at?: number): Promise<number> {
    if (entries.length > APPEND_ENTRIES_MAX) {
      throw new RecordError('argument', `${APPEND_ENTRIES_MAX} entries at most are appended at once.`);
    }
    if (entries.some((entry) => entry.length !== ENTRY_BYTES)) {
      throw new RecordError('argument', `An entry of the record is ${ENTRY_BYTES} bytes.`);
    }
    return this.#inTurn(async () => {
      await this.#settle();
      const first = at ?? this.size;
      if (!Number.isSafeInteger(first) || first < 0 || first > this.size) {
        throw new RecordError(
          'argument',
          `The record has ${this.size} entries; none can be put at ${first}.`,
        );
      }
      const known = Math.min(entries.length, this.size - first);
      await this.#compare(first, entries.slice(0, known));
      await this.#grow(entries.slice(known));
      return first;
    });
  }

  /**
   * How many entries of padding must be appended now before a publication, so that it grows the record by 64, 128, 256…
   * entries: 64 where nothing happened, 0 right after such padding.
   */
  get paddingNeeded(): number {
    const grown = this.size - this.#published;
    let step = PUBLISH_MULTIPLE;
    while (step < grown) step *= 2;
    return step - grown;
  }

  /** The same before a size is signed for a receipt: 0 to 15. */
  get receiptPaddingNeeded(): number {
    return (RECEIPT_MULTIPLE - (this.size % RECEIPT_MULTIPLE)) % RECEIPT_MULTIPLE;
  }

  /**
   * Signs and stores the checkpoint of a size and lets strangers see the record so far. The size is a multiple of 64,
   * not below the newest published one. Publishing the newest size again signs it again.
   */
  publish(size: number, signers: readonly NoteSigner[]): Promise<string> {
    return this.#inTurn(async () => {
      await this.#settle();
      if (size % PUBLISH_MULTIPLE !== 0 || size < Math.max(1, this.#published) || size > this.size) {
        throw new RecordError('argument', `A size of ${size} cannot be published now.`);
      }
      const note = await this.#signed(size, signers);
      await this.#keep(size, note);
      await this.#write([{ path: CHECKPOINT_PATH, bytes: Buffer.from(note) }]);
      this.#published = size;
      return note;
    });
  }

  /**
   * Signs and stores the checkpoint of a size for receipts, and publishes nothing: who watches the record does not see
   * that somebody took one. The size is a multiple of 16, not below the published one.
   */
  sign(size: number, signers: readonly NoteSigner[]): Promise<string> {
    return this.#inTurn(async () => {
      await this.#settle();
      if (size % RECEIPT_MULTIPLE !== 0 || size < Math.max(1, this.#published) || size > this.size) {
        throw new RecordError('argument', `A size of ${size} cannot be signed now.`);
      }
      const known = await this.checkpoint(size);
      if (known !== null) return known;
      const note = await this.#signed(size, signers);
      await this.#keep(size, note);
      return note;
    });
  }

  /**
   * Stores a published checkpoint with signatures that were added to it, such as cosignatures (witness.ts). Throws
   * where it is not this record's checkpoint of that size.
   */
  keepCheckpoint(note: string, verifiers: readonly NoteVerifier[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#settle();
      const { origin, size, root } = openCheckpoint(note, verifiers);
      const known = await this.checkpoint(size);
      if (origin !== this.origin || known === null || parseNote(known).text !== parseNote(note).text) {
        throw new RecordError('checkpoint', `This is not the record’s checkpoint of ${size} entries.`);
      }
      if (!(await readRoot(this.#storage, size)).equals(root)) {
        throw new RecordError('damaged', `The record’s root at ${size} entries is not the one it published.`);
      }
      await this.#keep(size, note);
      if (size === this.#published) await this.#write([{ path: CHECKPOINT_PATH, bytes: Buffer.from(note) }]);
    });
  }

  /** The signed checkpoint of a published size, the newest by default; null where there is none. */
  async checkpoint(size: number = this.#published): Promise<string | null> {
    const bytes = await this.#storage.read(`${CHECKPOINTS_FOLDER}/${size}`);
    return bytes === null ? null : Buffer.from(bytes).toString();
  }

  /** The root over the first `size` entries. */
  async root(size: number = this.size): Promise<Buffer> {
    this.#checkSize(size);
    return size === this.size ? this.#edge.root() : readRoot(this.#storage, size);
  }

  /** RFC 6962, 2.1.1: from the sibling of entry `index` up to the root at `size` entries. */
  async inclusionProof(index: number, size: number): Promise<Buffer[]> {
    this.#checkSize(size);
    return readInclusionProof(this.#storage, index, size);
  }

  /** RFC 6962, 2.1.2: that the record at `newSize` begins with the one at `oldSize`. */
  async consistencyProof(oldSize: number, newSize: number): Promise<Buffer[]> {
    this.#checkSize(newSize);
    return readConsistencyProof(this.#storage, oldSize, newSize);
  }

  #checkSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      throw new RecordError('argument', `The record has ${this.size} entries, not ${size}.`);
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX) throw new RecordError('busy', 'Too many appends wait for the record.');
    this.#waiting += 1;
    const done = this.#turn.then(act).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  async #settle(): Promise<void> {
    if (!this.#doubtful) return;
    const { edge, last, published } = await load(this.origin, this.#storage);
    if (edge.size < this.size || published < this.#published) {
      throw new RecordError('damaged', `The record had ${this.size} entries and now has ${edge.size}.`);
    }
    [this.#edge, this.#last, this.#published] = [edge, last, published];
    this.#doubtful = false;
  }

  /** Entries that are said to be there already must be what is there. */
  async #compare(first: number, entries: readonly Uint8Array[]): Promise<void> {
    let tile = Buffer.alloc(0);
    for (const [offset, entry] of entries.entries()) {
      const place = (first + offset) % TILE_WIDTH;
      if (offset === 0 || place === 0) {
        const path = tilePath(0, Math.floor((first + offset) / TILE_WIDTH));
        tile = Buffer.from((await this.#storage.read(path)) ?? []);
      }
      const stored = tile.subarray(place * ENTRY_BYTES, (place + 1) * ENTRY_BYTES);
      if (stored.equals(leafHash(entry))) continue;
      throw new RecordError('argument', `Entry ${first + offset} of the record is another one.`);
    }
  }

  async #grow(entries: readonly Uint8Array[]): Promise<void> {
    if (entries.length === 0) return;
    const edge = this.#edge.copy();
    const files: RecordFile[] = [];
    for (const entry of entries) {
      edge.push(leafHash(entry), (level, index, bytes) =>
        files.push({ path: tilePath(level, index), bytes }),
      );
    }
    for (let level = 0; level < edge.levels; level += 1) {
      const tile = edge.partial(level);
      if (tile !== null && widthAt(this.size, level, tile.index) * ENTRY_BYTES < tile.bytes.length) {
        files.push({ path: tilePath(level, tile.index), bytes: tile.bytes });
      }
    }
    const last = bundles(this.#last, entries, Math.floor(this.size / TILE_WIDTH), files);
    const written = this.#write(files);
    // The root is computed while the disk is at the tiles.
    const state = stateFile({ size: edge.size, root: edge.root() });
    await written;
    await this.#write([state]);
    [this.#edge, this.#last] = [edge, last];
  }

  async #signed(size: number, signers: readonly NoteSigner[]): Promise<string> {
    const root = await readRoot(this.#storage, size);
    return signCheckpoint({ origin: this.origin, size, root, extensions: [] }, signers);
  }

  #keep(size: number, note: string): Promise<void> {
    return this.#write([{ path: `${CHECKPOINTS_FOLDER}/${size}`, bytes: Buffer.from(note) }]);
  }

  async #write(files: readonly RecordFile[]): Promise<void> {
    this.#doubtful = true;
    await this.#storage.write(files);
    this.#doubtful = false;
  }
}

interface Loaded {
  readonly edge: Edge;
  readonly last: Uint8Array[];
  readonly published: number;
}

async function load(origin: string, storage: TileStorage): Promise<Loaded> {
  const state = await readState(storage);
  const newest = await newestCheckpoint(storage);
  if (newest !== null && newest.origin !== origin) {
    throw new RecordError('argument', `This storage holds the record of ${newest.origin}, not of ${origin}.`);
  }
  const published = newest?.size ?? 0;
  if (published > state.size) {
    const why = `says ${state.size} entries, but ${published} were published`;
    throw new RecordError('damaged', `The record’s file ${STATE_PATH} ${why}.`);
  }
  const { edge, last } = await readEdge(storage, state);
  if (newest !== null && !(await readRoot(storage, published)).equals(newest.root)) {
    throw new RecordError(
      'damaged',
      `The record’s root at ${published} entries is not the one it published.`,
    );
  }
  return { edge, last, published };
}

/** The newest checkpoint as it is stored, its signatures not looked at: the storage is ours. */
async function newestCheckpoint(storage: TileStorage): Promise<Checkpoint | null> {
  const bytes = await storage.read(CHECKPOINT_PATH);
  return bytes === null ? null : parseCheckpoint(parseNote(bytes).text);
}

/** Puts the bundles that new entries go into among the files; returns the entries of the last, unless it is full. */
function bundles(
  last: readonly Uint8Array[],
  entries: readonly Uint8Array[],
  firstIndex: number,
  files: RecordFile[],
): Uint8Array[] {
  // Copies: the caller may use its bytes again.
  const all = [...last, ...entries.map((entry) => Uint8Array.from(entry))];
  let index = firstIndex;
  for (let at = 0; at < all.length; at += TILE_WIDTH) {
    const bundle = all.slice(at, at + TILE_WIDTH);
    files.push({ path: tilePath('entries', index), bytes: encodeBundle(bundle) });
    index += 1;
  }
  return all.slice(all.length - (all.length % TILE_WIDTH));
}
