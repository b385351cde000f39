/**
 * Finds pieces of needles in squeezed data. All six-letter words of all needles stand in one table; every third place
 * of the data is looked up there, which meets each piece of eight letters or more, and a hit is then compared letter by
 * letter in both directions.
 */
import { type Needle, nameOf, needlesOf } from './forms.ts';

/** Letters of a word in the table. */
const WORD = 6;
/** Places that are looked at: every third, since a piece of WORD + STEP - 1 letters is sure to hold one. */
const STEP = 3;
const FILTER_BITS = 22;
const FILTER_MASK = 2 ** FILTER_BITS - 1;
/** Longer than every needle in any form and spread: what of a block is looked at again before the next. */
export const OVERLAP_BYTES = 4096;

const LETTER = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
  LETTER[letter.charCodeAt(0)] = 1;

interface Place {
  readonly needle: Needle;
  readonly letters: Uint8Array;
  readonly at: number;
}

export interface Hit {
  readonly canary: string;
  readonly form: string;
  /** Offset of the first letter in the raw data. */
  readonly at: number;
}

export class Scanner {
  readonly #filter = new Uint8Array(2 ** FILTER_BITS / 8);
  readonly #words = new Map<number, Place[]>();
  #squeezed = new Uint8Array(0);

  /** `least`: shorter pieces count for nothing, whatever their form; for searches of so much that chance would find them. */
  constructor(canaries: readonly string[], least = 0) {
    for (const each of canaries.flatMap(needlesOf)) {
      const needle = { ...each, enough: Math.max(each.enough, least) };
      const letters = Uint8Array.from(Buffer.from(needle.text, 'latin1'));
      for (let at = 0; at + WORD <= letters.length; at++) this.#add({ needle, letters, at });
    }
  }

  #add(place: Place): void {
    const hash = hashAt(place.letters, place.at);
    this.#filter[hash >> 3]! |= 1 << (hash & 7);
    const word = wordAt(place.letters, place.at);
    const known = this.#words.get(word);
    if (known === undefined) this.#words.set(word, [place]);
    else known.push(place);
  }

  /** Every hit in `data`; each canary in each form once. */
  scan(data: Uint8Array): Hit[] {
    if (this.#squeezed.length < data.length) this.#squeezed = new Uint8Array(data.length);
    const squeezed = this.#squeezed;
    const length = squeeze(data, squeezed);
    const hits = new Map<string, Hit>();
    const filter = this.#filter;
    for (let i = 0; i + WORD <= length; i += STEP) {
      const hash = hashAt(squeezed, i);
      if (((filter[hash >> 3] as number) & (1 << (hash & 7))) === 0) continue;
      for (const place of this.#words.get(wordAt(squeezed, i)) ?? []) {
        const hit = compare(place, data, squeezed, length, i);
        if (hit !== null) hits.set(`${hit.canary} ${hit.form}`, hit);
      }
    }
    return [...hits.values()];
  }
}

/** Copies the letters and digits of `data` to `into`; answers how many. */
function squeeze(data: Uint8Array, into: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < data.length; i++) {
    const byte = data[i] as number;
    into[length] = byte;
    length += LETTER[byte] as number;
  }
  return length;
}

function hashAt(data: Uint8Array, at: number): number {
  const low = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
  const high = (data[at + 3] as number) | ((data[at + 4] as number) << 8) | ((data[at + 5] as number) << 16);
  return ((Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 7) & FILTER_MASK;
}

/** The word at `at` as one exact number (48 bits). */
function wordAt(data: Uint8Array, at: number): number {
  const low = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
  const high = (data[at + 3] as number) | ((data[at + 4] as number) << 8) | ((data[at + 5] as number) << 16);
  return high * 2 ** 24 + low;
}

/** Extends a hit at `i` both ways; null when the piece is too short to count. */
function compare(
  place: Place,
  data: Uint8Array,
  squeezed: Uint8Array,
  length: number,
  i: number,
): Hit | null {
  const { needle, letters, at } = place;
  let before = 0;
  while (before < at && before < i && letters[at - before - 1] === squeezed[i - before - 1]) before++;
  let after = WORD;
  while (at + after < letters.length && i + after < length && letters[at + after] === squeezed[i + after])
    after++;
  const found = before + after;
  if (found < Math.min(needle.enough, letters.length)) return null;
  const from = rawOffset(data, i - before);
  const to = rawOffset(data, i + after - 1) + 1;
  const form = nameOf(needle, data.subarray(from, to), from % 2 === 0, found);
  return { canary: needle.canary, form, at: from };
}

/** Where the letter number `index` of the squeezed data stands in the raw data. */
function rawOffset(data: Uint8Array, index: number): number {
  let left = index;
  for (let i = 0; i < data.length; i++) {
    if (LETTER[data[i] as number] === 1 && left-- === 0) return i;
  }
  return data.length;
}
