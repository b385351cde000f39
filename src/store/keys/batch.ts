/**
 * Group commit: plans change memory one after the other, then all that waited share one journal write and its fsyncs.
 * A plan's promise resolves after them. When they fail, memory goes back, the plans are rejected, and what the disk
 * may hold of them is written over with the next batch.
 */
import { KeyError } from './errors.ts';
import { apply, type Journal, type SlotWrite } from './journal.ts';
import type { SlotTable } from './slot-table.ts';

/** Changes in one batch; a plan that begins below it may go over. */
const CHANGES_MAX = 8192;
/** One turn of the event loop is not held longer for plans than this. */
const TURN_MS_MAX = 8;
const PLANS_WAITING_MAX = 100_000;

export class Batch {
  /** Slots by table; a slot that changed twice is written once, as it is in the end. */
  readonly slots = new Map<SlotTable, Set<number>>();
  readonly #undo: (() => void)[] = [];
  size = 0;

  changed(table: SlotTable, slot: number, undo: () => void): void {
    const slots = this.slots.get(table) ?? new Set();
    this.slots.set(table, slots.add(slot));
    this.size++;
    this.#undo.push(undo);
  }

  undoes(undo: () => void): void {
    this.#undo.push(undo);
  }

  mark(): number {
    return this.#undo.length;
  }

  /** Takes back what came after the mark, the last first. */
  undo(to = 0): void {
    while (this.#undo.length > to) this.#undo.pop()?.();
  }
}

interface Waiting {
  readonly plan: (batch: Batch) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export class Commits {
  readonly #journal: Journal;
  readonly #tables: readonly SlotTable[];
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #closed = false;
  /** How many batches could not be written. */
  failures = 0;
  /** Slots whose place on the disk may differ from memory, after a failed write. */
  #unsure = new Map<SlotTable, Set<number>>();

  constructor(journal: Journal, tables: readonly SlotTable[]) {
    this.#journal = journal;
    this.#tables = tables;
  }

  /** Runs `plan` (synchronous, whole or throwing) in its turn; resolves when its changes are durable. */
  run<T>(plan: (batch: Batch) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new KeyError('key_store_closed', 'the key store is closed'));
    if (this.#waiting.length >= PLANS_WAITING_MAX) {
      return Promise.reject(new KeyError('key_store_busy', 'too many changes of keys are waiting'));
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ plan, resolve: resolve as (value: never) => void, reject });
      this.#running ??= this.#loop();
    });
  }

  /** Lets everything that waits finish, overwrites the journal, closes it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    if (this.#unsure.size === 0) await this.#journal.clear();
    await this.#journal.close();
  }

  async #loop(): Promise<void> {
    // Whoever calls in the same turn shares the first batch.
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    while (this.#waiting.length > 0) {
      await this.#round();
      await new Promise(setImmediate);
    }
    this.#running = null;
  }

  async #round(): Promise<void> {
    const batch = new Batch();
    const done: { waiting: Waiting; value: unknown }[] = [];
    const began = performance.now();
    let taken = 0;
    for (const waiting of this.#waiting) {
      if (taken > 0 && (batch.size >= CHANGES_MAX || performance.now() - began > TURN_MS_MAX)) break;
      taken++;
      const mark = batch.mark();
      try {
        done.push({ waiting, value: waiting.plan(batch) });
      } catch (error) {
        batch.undo(mark);
        waiting.reject(error);
      }
    }
    this.#waiting = this.#waiting.slice(taken);
    try {
      await this.#flush(batch);
    } catch (error) {
      this.failures++;
      batch.undo();
      for (const { waiting } of done) waiting.reject(error);
      return;
    }
    for (const { waiting, value } of done) waiting.resolve(value as never);
  }

  async #flush(batch: Batch): Promise<void> {
    for (const [table, slots] of this.#unsure) {
      const all = batch.slots.get(table) ?? new Set();
      for (const slot of slots) all.add(slot);
      batch.slots.set(table, all);
    }
    const writes: SlotWrite[] = [];
    for (const [table, slots] of batch.slots) {
      for (const slot of slots) {
        writes.push({ file: table.number, slot, bytes: Buffer.from(table.slots.view(slot)) });
      }
    }
    if (writes.length === 0) return;
    this.#unsure = batch.slots;
    await this.#journal.write(writes);
    await apply(
      writes,
      this.#tables.map((table) => table.slots.file),
    );
    this.#unsure = new Map();
  }
}
