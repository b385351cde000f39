/** Words that probes say: where one is found, it was left. */
import { randomBytes } from 'node:crypto';

/** None is a hex digit: what is stored is full of those, and a search takes eight letters of a word for a find. */
const LETTERS = 'ghijklmnopqrstuvwxyz';
const LENGTH = 24;
/** Bytes at and above this would favour some letters. */
const FAIR_BELOW = 256 - (256 % LETTERS.length);

/** One that nobody has said before, nor chance: 24 small letters, 103 random bits. */
export function newWord(): string {
  let word = '';
  while (word.length < LENGTH)
    for (const byte of randomBytes(LENGTH))
      if (byte < FAIR_BELOW && word.length < LENGTH) word += LETTERS[byte % LETTERS.length];
  return word;
}
