/**
 * A file of slots of one size, all of it held in memory as it stands on the disk. Slot 0 is the file's header. A free
 * slot is all zeros; a used one carries a checksum at byte 4. This room reads and changes memory only: what is
 * written goes through `journal.ts`, and nothing else may write these files.
 */
import { KeyError } from './errors.ts';
import type { OpenFile } from './files.ts';

const MAGIC = 'KEPTSLOT';
const FORMAT = 1;
/** 2^14 slots: 1.5 MiB at most, so that a small store needs little. */
const CHUNK_SLOTS = 1 << 14;
const READ_BYTES = 16 * 1024 * 1024;
/** Slots that one file may hold: the index keeps their numbers in 32 bits. */
export const SLOTS_MAX = 2 ** 31;
const CHECKSUM_WORD = 1;

export class SlotFile {
  readonly file: OpenFile;
  readonly slotBytes: number;
  readonly #words: Int32Array[] = [];
  readonly #chunks: Buffer[] = [];
  /** Slots from 1 to below this one exist in memory. */
  #end = 1;

  private constructor(file: OpenFile, slotBytes: number) {
    this.file = file;
    this.slotBytes = slotBytes;
  }

  /**
   * Reads the whole file; throws `KeyError` (`damaged_key_file`) when it is none of ours. Replay its journal first.
   * `mayBeNew`: a file without slots gets a header.
   */
  static async load(file: OpenFile, slotBytes: number, mayBeNew: boolean): Promise<SlotFile> {
    const self = new SlotFile(file, slotBytes);
    const size = await file.size();
    const slots = Math.max(1, Math.ceil(size / slotBytes));
    for (let first = 0; first < slots; first += CHUNK_SLOTS) self.#addChunk();
    for (let position = 0; position < size; ) {
      const inChunk = position % (CHUNK_SLOTS * slotBytes);
      const chunk = self.#chunks[Math.floor(position / (CHUNK_SLOTS * slotBytes))]!;
      const wanted = Math.min(READ_BYTES, size - position, chunk.length - inChunk);
      const got = await file.read(chunk.subarray(inChunk, inChunk + wanted), position);
      if (got === 0) break;
      position += got;
    }
    self.#end = slots;
    await self.#checkHeader(mayBeNew);
    return self;
  }

  /** The number after the last slot. */
  get end(): number {
    return this.#end;
  }

  /** A new slot at the end. */
  extend(): number {
    if (this.#end >= SLOTS_MAX)
      throw new KeyError('key_store_busy', 'the key file holds all the slots it can');
    const slot = this.#end++;
    if (slot >= this.#chunks.length * CHUNK_SLOTS) this.#addChunk();
    return slot;
  }

  /** The slot's bytes in memory: a view, valid until the slot changes. */
  view(slot: number): Buffer {
    const offset = (slot % CHUNK_SLOTS) * this.slotBytes;
    return this.#chunks[(slot / CHUNK_SLOTS) | 0]!.subarray(offset, offset + this.slotBytes);
  }

  /** One aligned 32-bit word of a slot, without making a view. */
  word(slot: number, index: number): number {
    return this.#words[(slot / CHUNK_SLOTS) | 0]![(slot % CHUNK_SLOTS) * (this.slotBytes >> 2) + index]!;
  }

  /** The double at bytes 8 to 15 without making a view. */
  double(slot: number, byte: number): number {
    return this.#chunks[(slot / CHUNK_SLOTS) | 0]!.readDoubleLE((slot % CHUNK_SLOTS) * this.slotBytes + byte);
  }

  /** Puts `bytes` into memory; a slot that is not all zeros gets its checksum. */
  put(slot: number, bytes: Buffer): void {
    this.view(slot).set(bytes);
    if (this.isFree(slot)) return;
    const words = this.#words[(slot / CHUNK_SLOTS) | 0]!;
    words[(slot % CHUNK_SLOTS) * (this.slotBytes >> 2) + CHECKSUM_WORD] = this.#checksum(slot);
  }

  /** All zeros? The first word of a used slot never is zero, so damage shows as neither free nor sound. */
  isFree(slot: number): boolean {
    if (this.word(slot, 0) !== 0) return false;
    for (let index = 1; index < this.slotBytes >> 2; index++) if (this.word(slot, index) !== 0) return false;
    return true;
  }

  isSound(slot: number): boolean {
    return this.word(slot, CHECKSUM_WORD) === this.#checksum(slot);
  }

  /** Overwrites all memory with zeros; the file is not touched. */
  forget(): void {
    for (const chunk of this.#chunks) chunk.fill(0);
    this.#chunks.length = 0;
    this.#words.length = 0;
    this.#end = 1;
  }

  /** MurmurHash3's mixing over all words but its own: one changed word always changes it. */
  #checksum(slot: number): number {
    const words = this.#words[(slot / CHUNK_SLOTS) | 0]!;
    const length = this.slotBytes >> 2;
    const start = (slot % CHUNK_SLOTS) * length;
    let sum = 0x4b455054 ^ slot;
    for (let index = 0; index < length; index++) {
      if (index === CHECKSUM_WORD) continue;
      let word = Math.imul(words[start + index]!, 0xcc9e2d51);
      word = (word << 15) | (word >>> 17);
      sum ^= Math.imul(word, 0x1b873593);
      sum = Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64;
    }
    sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
    sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
    return sum ^ (sum >>> 16);
  }

  #addChunk(): void {
    // Not from a pool, so that words stand aligned.
    const memory = new ArrayBuffer(CHUNK_SLOTS * this.slotBytes);
    this.#chunks.push(Buffer.from(memory));
    this.#words.push(new Int32Array(memory));
  }

  async #checkHeader(mayBeNew: boolean): Promise<void> {
    const header = headerOf(this.slotBytes);
    if (this.view(0).equals(header)) return;
    if (!mayBeNew || this.#end > 1) {
      throw new KeyError('damaged_key_file', 'a key file has no header of ours; take it from a backup');
    }
    await this.file.write(header, 0);
    await this.file.sync();
    this.view(0).set(header);
  }
}

/** What stands in slot 0. */
function headerOf(slotBytes: number): Buffer {
  const header = Buffer.alloc(slotBytes);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(FORMAT, MAGIC.length);
  header.writeUInt32LE(slotBytes, MAGIC.length + 4);
  return header;
}
