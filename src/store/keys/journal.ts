/**
 * The redo journal of all key files: a batch of slots is written here with its SHA-256 and fsynced, then in place and
 * fsynced. Killed before: nothing happened. Killed after: `replay` does it again. Each batch overwrites all of the
 * batch before it, the rest with zeros, so that nothing stays here longer than until the next change.
 */
import { createHash } from 'node:crypto';
import type { OpenFile } from './files.ts';

const MAGIC = 'KEPTJRNL';
const HASH_BYTES = 32;
/** Magic, number of entries, hash of what follows. */
const HEAD_BYTES = 8 + 8 + HASH_BYTES;
/** Number of the file, number of the slot; then the slot's bytes. */
const ENTRY_HEAD_BYTES = 8;
/** A journal that is longer was not written by us. */
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;

/** One slot as it is to be; `file` is a number that the caller gives meaning to. */
export interface SlotWrite {
  readonly file: number;
  readonly slot: number;
  readonly bytes: Buffer;
}

export class Journal {
  readonly #file: OpenFile;
  /** Bytes at the start of the journal that may be other than zero. */
  #used = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** The batch that may not have reached its place, or null. `slotBytes`: of each file, by its number. */
  async read(slotBytes: readonly number[]): Promise<SlotWrite[] | null> {
    const size = await this.#file.size();
    this.#used = size;
    if (size < HEAD_BYTES || size > JOURNAL_BYTES_MAX) return null;
    const all = Buffer.alloc(size);
    await this.#file.read(all, 0);
    if (all.toString('latin1', 0, 8) !== MAGIC) return null;
    const length = all.readUInt32LE(12);
    const body = all.subarray(HEAD_BYTES, HEAD_BYTES + length);
    if (body.length !== length || !hash(body).equals(all.subarray(16, HEAD_BYTES))) return null;
    return entriesOf(body, all.readUInt32LE(8), slotBytes);
  }

  /** Durable when it resolves. */
  async write(writes: readonly SlotWrite[]): Promise<void> {
    const length = writes.reduce((sum, { bytes }) => sum + ENTRY_HEAD_BYTES + bytes.length, 0);
    const all = Buffer.alloc(Math.max(HEAD_BYTES + length, this.#used));
    let at = HEAD_BYTES;
    for (const { file, slot, bytes } of writes) {
      all.writeUInt32LE(file, at);
      all.writeUInt32LE(slot, at + 4);
      all.set(bytes, at + ENTRY_HEAD_BYTES);
      at += ENTRY_HEAD_BYTES + bytes.length;
    }
    all.write(MAGIC, 'latin1');
    all.writeUInt32LE(writes.length, 8);
    all.writeUInt32LE(length, 12);
    all.set(hash(all.subarray(HEAD_BYTES, at)), 16);
    // Until this has succeeded, old and new may stand there.
    this.#used = all.length;
    await this.#file.write(all, 0);
    await this.#file.sync();
    this.#used = at;
  }

  /** Overwrites everything with zeros: the batch is in its place. */
  async clear(): Promise<void> {
    if (this.#used === 0) return;
    await this.#file.write(Buffer.alloc(this.#used), 0);
    await this.#file.sync();
    this.#used = 0;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Writes a batch in place, neighbours together, and fsyncs each file that it touches. */
export async function apply(writes: readonly SlotWrite[], files: readonly OpenFile[]): Promise<void> {
  const ordered = [...writes].sort((a, b) => a.file - b.file || a.slot - b.slot);
  const touched = new Set<OpenFile>();
  for (let first = 0; first < ordered.length; ) {
    const start = ordered[first]!;
    let end = first + 1;
    while (ordered[end]?.file === start.file && ordered[end]?.slot === start.slot + (end - first)) end++;
    const file = files[start.file]!;
    const run = Buffer.concat(ordered.slice(first, end).map(({ bytes }) => bytes));
    await file.write(run, start.slot * start.bytes.length);
    touched.add(file);
    first = end;
  }
  await Promise.all([...touched].map((file) => file.sync()));
}

const hash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function entriesOf(body: Buffer, count: number, slotBytes: readonly number[]): SlotWrite[] | null {
  const writes: SlotWrite[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_HEAD_BYTES > body.length) return null;
    const file = body.readUInt32LE(at);
    const bytes = slotBytes[file];
    if (bytes === undefined) return null;
    const start = at + ENTRY_HEAD_BYTES;
    writes.push({ file, slot: body.readUInt32LE(at + 4), bytes: body.subarray(start, start + bytes) });
    at = start + bytes;
  }
  return at === body.length ? writes : null;
}
