/**
 * References that letters of a thread carry, like `R-7K3M-Q0XW`, so that an answer finds what it is about: a letter for its
 * kind and the first 40 bits of its row's random number, in Crockford's Base32. It may be short, since it opens nothing:
 * whoever guesses one is answered like whoever wrote a wrong one.
 */
import type { Id } from '../link/ids.ts';

/** `R`: a request about personal data. `M`: a conversation. */
export type ReferenceKind = 'R' | 'M';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_DIGITS = 32;
/** Hexadecimal, of the row's number: 40 bits. */
const TAKEN_DIGITS = 10;
const LENGTH = 8;

export function referenceTo(kind: ReferenceKind, row: Id): string {
  const bits = BigInt(`0x${row.slice(0, TAKEN_DIGITS)}`);
  const digits = Array.from(
    { length: LENGTH },
    (_, at) => DIGITS[Number((bits >> BigInt(5 * (LENGTH - 1 - at))) & 31n)],
  );
  return `${kind}-${digits.slice(0, 4).join('')}-${digits.slice(4).join('')}`;
}

/** All of this kind that a text names, as they are written in letters; what is no reference is passed over. */
export const referencesOfKind = (kind: ReferenceKind, text: string): string[] =>
  [...text.matchAll(new RegExp(`\\b${kind}-([0-9A-Z]{4})-([0-9A-Z]{4})\\b`, 'gi'))]
    // As people read them aloud and type them.
    .map(([whole]) => `${kind}-${whole.slice(2).toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')}`)
    .filter((reference) => digitsOf(reference).every((digit) => DIGITS.includes(digit)));

/** The first and the last number that a row of this reference can have. */
export function idsOf(reference: string): readonly [first: Id, last: Id] {
  const bits = digitsOf(reference).reduce((sum, digit) => (sum << 5n) | BigInt(DIGITS.indexOf(digit)), 0n);
  const begin = bits.toString(16).padStart(TAKEN_DIGITS, '0');
  return [begin.padEnd(ID_DIGITS, '0'), begin.padEnd(ID_DIGITS, 'f')];
}

const digitsOf = (reference: string): string[] => [...reference.slice(2).replace('-', '')];
