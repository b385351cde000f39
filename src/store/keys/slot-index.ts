/**
 * From a hash to the numbers of slots: open addressing in one Uint32Array, a few bytes for each slot whatever stands
 * in it. Keys are not kept here: `hashOf` reads them out of the slot, so a slot must be taken out before it changes.
 */

/** At most this share of the table is used. */
const LOAD_MAX = 0.7;
const CAPACITY_MIN = 1024;
const EMPTY = 0;

export class SlotIndex {
  readonly #hashOf: (slot: number) => number;
  /** A slot's number, or 0: slot 0 is no slot. */
  #table: Uint32Array;
  #count = 0;

  /** `expected`: how many slots it is made for; it grows by itself. */
  constructor(hashOf: (slot: number) => number, expected: number) {
    this.#hashOf = hashOf;
    this.#table = new Uint32Array(capacityFor(expected));
  }

  get count(): number {
    return this.#count;
  }

  add(slot: number): void {
    if (this.#count + 1 > this.#table.length * LOAD_MAX) this.#grow();
    this.#place(slot);
    this.#count++;
  }

  /** Takes `slot` out; it must still hold what it held when it was added. */
  remove(slot: number): void {
    const mask = this.#table.length - 1;
    let hole = this.#hashOf(slot) & mask;
    while (this.#table[hole] !== slot) {
      if (this.#table[hole] === EMPTY) return;
      hole = (hole + 1) & mask;
    }
    // What stands behind the hole moves up where its home is not between (Knuth 6.4, algorithm R).
    for (let next = (hole + 1) & mask; this.#table[next] !== EMPTY; next = (next + 1) & mask) {
      const home = this.#hashOf(this.#table[next]!) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#table[hole] = this.#table[next]!;
      hole = next;
    }
    this.#table[hole] = EMPTY;
    this.#count--;
  }

  /** The first slot with this hash that `matches`, or 0. */
  find(hash: number, matches: (slot: number) => boolean): number {
    const mask = this.#table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = this.#table[at]!;
      if (slot === EMPTY || matches(slot)) return slot;
    }
  }

  /** All slots with this hash that match. */
  all(hash: number, matches: (slot: number) => boolean): number[] {
    const found: number[] = [];
    this.find(hash, (slot) => {
      if (matches(slot)) found.push(slot);
      return false;
    });
    return found;
  }

  #place(slot: number): void {
    const mask = this.#table.length - 1;
    let at = this.#hashOf(slot) & mask;
    while (this.#table[at] !== EMPTY) at = (at + 1) & mask;
    this.#table[at] = slot;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (const slot of old) if (slot !== EMPTY) this.#place(slot);
  }
}

function capacityFor(expected: number): number {
  let capacity = CAPACITY_MIN;
  while (expected > capacity * LOAD_MAX) capacity *= 2;
  return capacity;
}
