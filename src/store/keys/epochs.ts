/**
 * The epoch keys, each wrapped by the master key, in a file of two pages: a change is written to the page that does
 * not count, fsynced, and then the other is overwritten with zeros, so that an epoch key that was dropped is gone.
 * Killed anywhere, one whole page is there. Never writes a key that is not wrapped.
 */
import { createHash, randomBytes } from 'node:crypto';
import { KeyError, WrongMasterKey } from './errors.ts';
import type { OpenFile } from './files.ts';
import { fingerprint, KEY_BYTES, unwrap, WRAPPED_BYTES, wrap } from './wrap.ts';

const MAGIC = 'KEPTEPOC';
const PAGE_BYTES = 4096;
const HASH_BYTES = 32;
/** Magic, sequence, count, master's fingerprint. */
const HEAD_BYTES = 8 + 8 + 4 + 8;
const ENTRY_BYTES = 4 + WRAPPED_BYTES;
const EPOCHS_MAX = 8;

export class Epochs {
  readonly #file: OpenFile;
  #master: Buffer;
  /** The newest is the last. */
  #keys: Map<number, Buffer>;
  #sequence: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: OpenFile, master: Buffer, keys: Map<number, Buffer>, sequence: number) {
    this.#file = file;
    this.#master = Buffer.from(master);
    this.#keys = keys;
    this.#sequence = sequence;
  }

  /**
   * Opens the epochs; makes the first one where there is nothing and `mayMake`. Throws `WrongMasterKey`, or `KeyError`
   * (`damaged_epochs`); writes nothing then.
   */
  static async open(file: OpenFile, master: Buffer, mayMake: boolean): Promise<Epochs> {
    const found = await newestPage(file);
    if (found === null) {
      if (!mayMake) throw new KeyError('damaged_epochs', 'the epochs file is damaged; take it from a backup');
      const made = new Epochs(file, master, new Map([[1, randomBytes(KEY_BYTES)]]), 0);
      await made.#write(made.#keys);
      return made;
    }
    if (found.master !== fingerprint(master)) throw new WrongMasterKey(found.master, fingerprint(master));
    const keys = new Map<number, Buffer>();
    for (const [number, wrapped] of found.wrapped) {
      const key = unwrap(wrapped, master, boundTo(number));
      if (key === null)
        throw new KeyError('damaged_epochs', 'an epoch key does not open; take it from a backup');
      keys.set(number, key);
    }
    const epochs = new Epochs(file, master, keys, found.sequence);
    await epochs.#clearOther();
    return epochs;
  }

  get newest(): number {
    return [...this.#keys.keys()].at(-1)!;
  }

  /** Whether an older epoch is still there: a roll was begun and not ended. */
  get rolling(): boolean {
    return this.#keys.size > 1;
  }

  key(number: number): Buffer | null {
    return this.#keys.get(number) ?? null;
  }

  /** A new epoch beside the others; durable when it resolves. */
  add(): Promise<void> {
    return this.#inTurn(() => {
      const next = [this.newest + 1, randomBytes(KEY_BYTES)] as const;
      return this.#write(new Map([...this.#keys, next]));
    });
  }

  /** Drops all but the newest: what is wrapped under them never opens again. */
  dropOlder(): Promise<void> {
    return this.#inTurn(async () => {
      const old = [...this.#keys].slice(0, -1);
      await this.#write(new Map([...this.#keys].slice(-1)));
      for (const [, key] of old) key.fill(0);
    });
  }

  /** Wraps all of them under another master key; durable when it resolves. */
  rotateMaster(master: Buffer): Promise<void> {
    return this.#inTurn(() => this.#rewrap(master));
  }

  async #rewrap(master: Buffer): Promise<void> {
    const before = this.#master;
    const sequence = this.#sequence;
    this.#master = Buffer.from(master);
    try {
      await this.#write(this.#keys);
    } catch (error) {
      // Only the old page could not be overwritten: the new one counts already.
      if (this.#sequence === sequence) this.#master = before;
      throw error;
    }
    before.fill(0);
  }

  /** Wraps a key under the master key, for a backup. */
  wrapByMaster(key: Buffer, bound: Buffer): Buffer {
    return wrap(key, this.#master, bound);
  }

  get masterFingerprint(): string {
    return fingerprint(this.#master);
  }

  async close(): Promise<void> {
    for (const key of this.#keys.values()) key.fill(0);
    this.#master.fill(0);
    await this.#file.close();
  }

  /** The file has one writer at a time, also while a roll and a new master key meet. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(change);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #write(keys: Map<number, Buffer>): Promise<void> {
    if (keys.size > EPOCHS_MAX)
      throw new KeyError('key_store_busy', 'too many epochs are open: end the roll first');
    const sequence = this.#sequence + 1;
    await this.#file.write(pageOf(keys, this.#master, sequence), (sequence % 2) * PAGE_BYTES);
    await this.#file.sync();
    this.#keys = keys;
    this.#sequence = sequence;
    await this.#clearOther();
  }

  async #clearOther(): Promise<void> {
    await this.#file.write(Buffer.alloc(PAGE_BYTES), ((this.#sequence + 1) % 2) * PAGE_BYTES);
    await this.#file.sync();
  }
}

interface Page {
  readonly sequence: number;
  readonly master: string;
  readonly wrapped: ReadonlyMap<number, Buffer>;
}

/** The fingerprint of the master key that the keys are under, or null when it cannot be read. */
export async function wantedMaster(file: OpenFile): Promise<string | null> {
  return (await newestPage(file))?.master ?? null;
}

function boundTo(number: number): Buffer {
  return Buffer.from(`kept epoch key v1 ${number}`);
}

function pageOf(keys: Map<number, Buffer>, master: Buffer, sequence: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  page.write(MAGIC, 'latin1');
  page.writeBigUInt64LE(BigInt(sequence), 8);
  page.writeUInt32LE(keys.size, 16);
  page.write(fingerprint(master), 20, 'latin1');
  let at = HEAD_BYTES;
  for (const [number, key] of keys) {
    page.writeUInt32LE(number, at);
    page.set(wrap(key, master, boundTo(number)), at + 4);
    at += ENTRY_BYTES;
  }
  page.set(hash(page), PAGE_BYTES - HASH_BYTES);
  return page;
}

async function newestPage(file: OpenFile): Promise<Page | null> {
  const pages: Page[] = [];
  for (const index of [0, 1]) {
    const bytes = Buffer.alloc(PAGE_BYTES);
    await file.read(bytes, index * PAGE_BYTES);
    const page = parse(bytes);
    if (page !== null && page.sequence % 2 === index) pages.push(page);
  }
  return pages.sort((a, b) => b.sequence - a.sequence)[0] ?? null;
}

function parse(page: Buffer): Page | null {
  if (page.toString('latin1', 0, 8) !== MAGIC) return null;
  if (!hash(page).equals(page.subarray(PAGE_BYTES - HASH_BYTES))) return null;
  const wrapped = new Map<number, Buffer>();
  for (let index = 0; index < page.readUInt32LE(16); index++) {
    const at = HEAD_BYTES + index * ENTRY_BYTES;
    wrapped.set(page.readUInt32LE(at), page.subarray(at + 4, at + ENTRY_BYTES));
  }
  return { sequence: Number(page.readBigUInt64LE(8)), master: page.toString('latin1', 20, 28), wrapped };
}

const hash = (page: Buffer): Buffer =>
  createHash('sha256')
    .update(page.subarray(0, PAGE_BYTES - HASH_BYTES))
    .digest();
