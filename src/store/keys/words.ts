/** Four or eight 32-bit words that slots are found by, compared in place. */
import type { SlotFile } from './slot-file.ts';

/** A key of an index: the words at one place of a slot. */
export class Words {
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #at: number;

  /** `at`: where in the slot they stand, in bytes. */
  constructor(length: number, at: number) {
    const memory = new ArrayBuffer(length);
    this.#bytes = Buffer.from(memory);
    this.#words = new Int32Array(memory);
    this.#at = at >> 2;
  }

  setHex(hex: string): this {
    this.#bytes.write(hex, 'hex');
    return this;
  }

  setBytes(bytes: Buffer): this {
    this.#bytes.set(bytes);
    return this;
  }

  hash(): number {
    return mixed(this.#words[0]!, this.#words[1]!, this.#words[2]!, this.#words[3]!);
  }

  standIn(slots: SlotFile, slot: number): boolean {
    for (let index = 0; index < this.#words.length; index++) {
      if (slots.word(slot, this.#at + index) !== this.#words[index]) return false;
    }
    return true;
  }
}

/** The same hash, out of a slot. */
export const hashIn = (slots: SlotFile, slot: number, at: number): number =>
  mixed(
    slots.word(slot, at >> 2),
    slots.word(slot, (at >> 2) + 1),
    slots.word(slot, (at >> 2) + 2),
    slots.word(slot, (at >> 2) + 3),
  );

/** Spread well also where ids are not random (those of days, for one). */
function mixed(a: number, b: number, c: number, d: number): number {
  let sum =
    Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d) ^ Math.imul(d, 0x27d4eb2f);
  sum = Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
