/**
 * Keeps the record beside the database. An act's entries are inserted in its transaction; once that is committed they
 * get their places, one batch after the other, and only when their tiles are on the disk is the act acknowledged.
 * Killed between, the next start appends what is missing and nothing twice. One process keeps a record.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditOpening, padding } from '../../record/commitment.ts';
import { CHECKPOINT_PATH, RecordLog } from '../../record/log.ts';
import { type NoteSigner, noteVerifier } from '../../record/note.ts';
import { makeReceipt } from '../../record/receipt.ts';
import { readServed } from '../../record/serve.ts';
import { decodeBundle, TILE_WIDTH, tilePath, widthAt } from '../../record/tiles.ts';
import type { Verdict } from '../../record/verdict.ts';
import { verifyRecord } from '../../record/verify.ts';
import type { Db } from '../database.ts';
import { isOutage } from '../failures.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { Vault } from '../sealing/vault.ts';
import type { Act, ActOptions, Begun, RecordKeeper, Transaction } from '../store.ts';
import { together } from '../together.ts';
import { WriterLost } from '../writer.ts';
import type { Disk } from './disk.ts';
import { DiskTiles } from './disk-tiles.ts';
import { openDisk } from './open-disk.ts';
import { Openings } from './openings.ts';
import { RecordBehind } from './record-behind.ts';
import {
  findEntry,
  firstUnknownPlace,
  insertEntry,
  type PendingEntry,
  storePlaces,
  unplacedEntries,
} from './record-entries.ts';
import { RECORD_SIGNER_ID, recordSigner } from './record-signer.ts';

const BATCH_ENTRIES_MAX = 1024;
/** Empty entries in one append; after a busy hour there are more. */
const PAD_ENTRIES_MAX = 8192;
/** Committed entries that wait for the record; beyond it no act begins. */
const WAITING_ENTRIES_MAX = 65_536;
const RETRY_MS = 500;

export interface RecordSettings {
  readonly db: Db;
  /** Where tiles and openings lie; outside the database. */
  readonly folder: string;
  /** The record's name where it is begun now, such as `kept.example/record`; one that was published keeps its own. */
  readonly origin: string;
  readonly keys: KeyStore;
  readonly vault: Vault;
  readonly now: () => number;
  /** Closed with the record. */
  readonly disk?: Disk;
}

interface Place {
  /** Of the entry's row. */
  readonly id: string;
  readonly index: number;
}

interface Waiting extends PendingEntry {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const pooled =
  (db: Db): Transaction =>
  async (work, committed) => {
    const value = await db.transaction(work);
    committed(value);
    return value;
  };

export class LocalRecordKeeper implements RecordKeeper {
  readonly log: RecordLog;
  readonly #settings: RecordSettings;
  readonly #tiles: DiskTiles;
  readonly #openings: Openings;
  readonly #disk: Disk;
  readonly #signer: NoteSigner & { readonly verifierKey: string };
  /** Entries of transactions that have not ended, or that wait for their place. */
  readonly #inHand = new Set<string>();
  readonly #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #placing: Promise<void> = Promise.resolve();
  /** Places that the database does not know yet, in the order of the record. */
  readonly #unstored: Place[] = [];
  /** The last append failed: no act begins until one succeeds. */
  #behind = false;
  /** Rows may stand in the database without a place, and nobody waits for them. */
  #unsure = false;
  #closed = false;
  readonly #stopping = new AbortController();
  /** Where the batch under way begins, also when it is tried again. */
  #begunAt: number | null = null;

  private constructor(
    settings: RecordSettings,
    parts: {
      log: RecordLog;
      tiles: DiskTiles;
      openings: Openings;
      disk: Disk;
      signer: LocalRecordKeeper['signer'];
    },
  ) {
    this.#settings = settings;
    this.log = parts.log;
    this.#tiles = parts.tiles;
    this.#openings = parts.openings;
    this.#disk = parts.disk;
    this.#signer = parts.signer;
  }

  /** Opens the record and appends what the last process left. Throws `RecordError` where it is damaged. */
  static async open(settings: RecordSettings): Promise<LocalRecordKeeper> {
    const disk = settings.disk ?? openDisk();
    const tiles = new DiskTiles(settings.folder, disk);
    const origin = (await RecordLog.originIn(tiles)) ?? settings.origin;
    const log = await RecordLog.open(origin, tiles);
    const openings = await Openings.open(join(settings.folder, 'openings'), disk, log.size);
    await settings.keys.create('record', RECORD_SIGNER_ID);
    const signer = recordSigner(settings.keys, origin);
    const keeper = new LocalRecordKeeper(settings, { log, tiles, openings, disk, signer });
    await keeper.#inTurn(() => keeper.#recover());
    return keeper;
  }

  get signer(): NoteSigner & { readonly verifierKey: string } {
    return this.#signer;
  }

  /** What receipts and checkpoints are checked with. */
  get verifierKey(): string {
    return this.#signer.verifierKey;
  }

  /** What auditors get of each entry. */
  openings(): AsyncIterable<{ readonly index: number; readonly opening: AuditOpening | null }> {
    return this.#openings.read();
  }

  /**
   * Throws what `work` throws (then nothing happened), `RecordBehind` `not_begun` (nothing happened) or `committed`
   * (it happened, and its entries follow as soon as the disk lets them).
   */
  async act<T>(work: Act<T>, options: ActOptions<T> = {}): Promise<T> {
    const { result, place } = await this.begin(work, options);
    await place();
    return result;
  }

  /** For an act that is carried on after its commit: its entries then share their place's write with later ones. */
  async begin<T>(work: Act<T>, options: ActOptions<T> = {}): Promise<Begun<T>> {
    if (this.#behind || this.#closed || this.#waiting.length >= WAITING_ENTRIES_MAX) {
      throw new RecordBehind('not_begun');
    }
    const { vault, now } = this.#settings;
    const { committed = () => {}, transaction = pooled(this.#settings.db) } = options;
    const entered: PendingEntry[] = [];
    let result: T;
    try {
      result = await transaction(
        (tx) =>
          work(tx, async (entry) => {
            const made = await insertEntry(tx, vault, entry, now());
            this.#inHand.add(made.id);
            entered.push(made);
            return made.id;
          }),
        committed,
      );
    } catch (error) {
      for (const { id } of entered) this.#inHand.delete(id);
      // An answer to COMMIT may have been lost: it may have happened.
      const lost = error instanceof WriterLost || isOutage(error);
      if (entered.length > 0 && lost) this.#unsure = true;
      if (this.#unsure) void this.#drain();
      throw error;
    }
    return {
      result,
      place: async () => {
        await Promise.all(entered.map((entry) => this.#place(entry)));
      },
    };
  }

  /** The same record for acts whose transactions run on another pool, in another role. */
  through(db: Db): RecordKeeper {
    return {
      act: (work, options) => this.act(work, { transaction: pooled(db), ...options }),
      begin: (work, options) => this.begin(work, { transaction: pooled(db), ...options }),
      receipt: (entryId) => this.receipt(entryId),
    };
  }

  async receipt(entryId: string): Promise<string> {
    await this.settled();
    const { db, vault, now } = this.#settings;
    const found = await findEntry(db, vault, entryId);
    if (found === null || found.index === null) throw new RecordBehind('no_such_entry');
    if (this.log.publishedSize === 0) await this.publish(now());
    // What is published already may bear witnesses' signatures.
    const size =
      found.index < this.log.publishedSize ? this.log.publishedSize : await this.#signForReceipt(now());
    const proof = await this.log.inclusionProof(found.index, size);
    const checkpoint = await this.log.checkpoint(size);
    if (checkpoint === null) throw new RecordBehind('no_such_entry');
    return makeReceipt(found.opening, found.index, proof, checkpoint);
  }

  /** Reads the whole record on the disk and recomputes it; one that grows meanwhile may not fit once. */
  verify(signal: AbortSignal): Promise<Verdict> {
    const verifiers = [noteVerifier(this.verifierKey)];
    return verifyRecord(this.#tiles, { origin: this.log.origin, verifiers, signal });
  }

  /** A file of the record as strangers may have it (C2SP tlog-tiles), and `verifier-key`; null where there is none. */
  async readServed(path: string): Promise<Uint8Array | null> {
    if (path === 'verifier-key') return Buffer.from(`${this.verifierKey}\n`);
    if (path === CHECKPOINT_PATH) {
      const checkpoint = await this.log.checkpoint();
      return checkpoint === null ? null : Buffer.from(checkpoint);
    }
    return readServed(this.#tiles, path, this.log.publishedSize);
  }

  /** Pads the record (`RecordLog.paddingNeeded`) and publishes a checkpoint of that size. */
  publish(now: number): Promise<string> {
    return this.#inTurn(async () => {
      await this.#pad(this.log.paddingNeeded, now);
      return this.log.publish(this.log.size, [this.#signer]);
    });
  }

  /** A size that holds all entries there are, signed and not published. */
  #signForReceipt(now: number): Promise<number> {
    return this.#inTurn(async () => {
      await this.#pad(this.log.receiptPaddingNeeded, now);
      await this.log.sign(this.log.size, [this.#signer]);
      return this.log.size;
    });
  }

  async #pad(count: number, now: number): Promise<void> {
    if (this.#behind || this.#begunAt !== null) throw new RecordBehind('not_begun');
    for (let left = count; left > 0; left -= PAD_ENTRIES_MAX) {
      const made = Array.from({ length: Math.min(left, PAD_ENTRIES_MAX) }, () => padding(now));
      // Openings first: nothing but this file knows what padding was.
      await this.#openings.write(
        this.log.size,
        made.map(({ opening }) => opening),
      );
      await this.log.append(made.map(({ entry }) => entry));
    }
  }

  /** Resolves when all that was committed before has its place, in the record and in the database. */
  async settled(): Promise<void> {
    if (this.#unsure || this.#waiting.length > 0) await this.#drain();
    await this.#turn;
    await this.#placing;
  }

  /** Lets what is under way finish; no act begins any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopping.abort();
    await this.settled().catch(() => {});
    await this.#disk.close();
  }

  #place(entry: PendingEntry): Promise<void> {
    // It stands in the database: the next start gives it its place.
    if (this.#closed) return Promise.reject(new RecordBehind('committed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...entry, resolve, reject });
      void this.#drain();
    });
  }

  /** One batch after the other; what comes meanwhile goes into the next. */
  #drain(): Promise<void> {
    this.#draining ??= this.#drainAll().finally(() => {
      this.#draining = null;
      // What came after its last look.
      if (this.#waiting.length > 0 && !this.#closed) void this.#drain();
    });
    return this.#draining;
  }

  async #drainAll(): Promise<void> {
    // Whoever calls in the same turn shares the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#unsure) {
      const batch = this.#waiting.slice(0, BATCH_ENTRIES_MAX);
      try {
        await this.#inTurn(async () => {
          // A batch that failed half-way first: it goes where it began.
          if (batch.length > 0) await this.#append(batch);
          // It stands there, whatever else fails.
          this.#waiting.splice(0, batch.length);
          for (const { resolve } of batch) resolve();
          if (this.#unsure) await this.#recover();
        });
        this.#behind = false;
      } catch (error) {
        this.#behind = true;
        for (const { reject } of this.#waiting) reject(new RecordBehind('committed', { cause: error }));
        if (this.#closed) return;
        await sleep(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  /** Appends and resolves when tiles and openings are on the disk; the database's places follow. */
  async #append(batch: readonly PendingEntry[]): Promise<void> {
    const first = this.#begunAt ?? this.log.size;
    this.#begunAt = first;
    await together(
      this.#openings.write(
        first,
        batch.map(({ opening }) => opening),
      ),
      this.log.append(
        batch.map(({ entry }) => entry),
        first,
      ),
    );
    this.#begunAt = null;
    const places = batch.map(({ id }, offset) => ({ id, index: first + offset }));
    this.#unstored.push(...places);
    this.#placing = this.#placing.then(() =>
      this.#storeUnstored().catch(() => {
        this.#unsure = true;
      }),
    );
  }

  /** Earlier places go with later ones or before them: the database then knows every place up to its last. */
  async #storeUnstored(): Promise<void> {
    const places = [...this.#unstored];
    if (places.length === 0) return;
    await storePlaces(this.#settings.db, places);
    this.#unstored.splice(0, places.length);
    for (const { id } of places) this.#inHand.delete(id);
  }

  /**
   * Gives entries without a place theirs: the one that they have in the record already, or a new one. Openings that a
   * kill kept from being written are written from the rows.
   */
  async #recover(): Promise<void> {
    const { db } = this.#settings;
    await this.#placing;
    await this.#storeUnstored();
    const rows = (await unplacedEntries(db)).filter(({ id }) => !this.#inHand.has(id));
    const byEntry = new Map(rows.map((row) => [row.entry.toString('hex'), row]));
    const places: Place[] = [];
    const from = Math.min(await firstUnknownPlace(db), this.#openings.count);
    for (let index = from; index < this.log.size && byEntry.size > 0; index += 1) {
      const entry = (await this.#entryAt(index)).toString('hex');
      const row = byEntry.get(entry);
      if (row === undefined) continue;
      byEntry.delete(entry);
      places.push({ id: row.id, index });
      if (index === this.#openings.count) await this.#openings.write(index, [row.opening]);
    }
    if (places.length > 0) await storePlaces(db, places);
    this.#unsure = false;
    const left = [...byEntry.values()];
    for (let at = 0; at < left.length; at += BATCH_ENTRIES_MAX) {
      await this.#append(left.slice(at, at + BATCH_ENTRIES_MAX));
    }
    await this.#placing;
  }

  async #entryAt(index: number): Promise<Buffer> {
    const bundle = Math.floor(index / TILE_WIDTH);
    const bytes = (await this.#tiles.read(tilePath('entries', bundle))) ?? Buffer.alloc(0);
    const entries = decodeBundle(bytes, widthAt(this.log.size, 'entries', bundle));
    return Buffer.from(entries[index % TILE_WIDTH] as Uint8Array);
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => {});
    return done;
  }
}
