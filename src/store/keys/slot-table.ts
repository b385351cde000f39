/**
 * A slot file with its indexes and free slots. Changes happen in memory first and are noted in a `Batch`, which puts
 * them on the disk all together or takes them back. Damaged slots are counted and left out of everything, but a slot
 * that still names a key is overwritten when that key dies.
 */
import type { Batch } from './batch.ts';
import type { SlotFile } from './slot-file.ts';
import type { SlotIndex } from './slot-index.ts';

/** How many slots are looked at before the event loop gets its turn, when a store is opened. */
const LOAD_SLICE_SLOTS = 50_000;

export interface Indexing {
  readonly index: SlotIndex;
  /** Whether this slot belongs in this index. */
  readonly holds: (slot: number) => boolean;
}

export class SlotTable {
  readonly slots: SlotFile;
  /** Its number in the journal. */
  readonly number: number;
  readonly #indexings: readonly Indexing[];
  readonly #free: number[] = [];
  readonly damaged = new Set<number>();
  #used = 0;

  constructor(slots: SlotFile, number: number, indexings: readonly Indexing[]) {
    this.slots = slots;
    this.number = number;
    this.#indexings = indexings;
  }

  /** Sorts the loaded slots into used, free and damaged. */
  async sort(): Promise<void> {
    for (let slot = 1; slot < this.slots.end; slot++) {
      if (slot % LOAD_SLICE_SLOTS === 0) await new Promise(setImmediate);
      if (this.slots.isFree(slot)) this.#free.push(slot);
      else if (!this.slots.isSound(slot)) this.damaged.add(slot);
      else this.#enter(slot);
    }
  }

  get used(): number {
    return this.#used;
  }

  isUsed(slot: number): boolean {
    return (this.slots.word(slot, 0) & 0xff) !== 0 && !this.damaged.has(slot);
  }

  insert(bytes: Buffer, batch: Batch): number {
    const slot = this.#free.pop() ?? this.slots.extend();
    this.#put(slot, bytes, batch, () => this.#free.push(slot));
    this.#enter(slot);
    return slot;
  }

  /** `bytes` must have the same keys for every index as the slot's present ones. */
  replace(slot: number, bytes: Buffer, batch: Batch): void {
    this.#put(slot, bytes, batch, () => {});
  }

  clear(slot: number, batch: Batch): void {
    this.#leave(slot);
    this.#put(slot, Buffer.alloc(this.slots.slotBytes), batch, () => this.#enter(slot));
    this.#free.push(slot);
    batch.undoes(() => this.#free.splice(this.#free.lastIndexOf(slot), 1));
  }

  /** Overwrites damaged slots in which `names` finds what is to be gone. */
  clearDamaged(names: (slot: Buffer) => boolean, batch: Batch): void {
    for (const slot of this.damaged) {
      if (!names(this.slots.view(slot))) continue;
      this.#put(slot, Buffer.alloc(this.slots.slotBytes), batch, () => this.damaged.add(slot));
      this.damaged.delete(slot);
      this.#free.push(slot);
      batch.undoes(() => this.#free.splice(this.#free.lastIndexOf(slot), 1));
    }
  }

  #put(slot: number, bytes: Buffer, batch: Batch, afterUndo: () => void): void {
    const before = Buffer.from(this.slots.view(slot));
    this.slots.put(slot, bytes);
    batch.changed(this, slot, () => {
      // A new slot leaves the indexes while it still holds what it was entered by.
      if (before[0] === 0 && bytes[0] !== 0) this.#leave(slot);
      this.slots.put(slot, before);
      before.fill(0);
      afterUndo();
    });
  }

  #enter(slot: number): void {
    this.#used++;
    for (const { index, holds } of this.#indexings) if (holds(slot)) index.add(slot);
  }

  #leave(slot: number): void {
    this.#used--;
    for (const { index, holds } of this.#indexings) if (holds(slot)) index.remove(slot);
  }
}
