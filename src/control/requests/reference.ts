/**
 * The reference that every letter of a request carries, like `R-7K3M-Q0XW`, so that an answer finds its request: the first
 * 40 bits of the request's random number, in Crockford's Base32. It may be short, since it opens nothing: whoever guesses
 * one is answered like whoever wrote a wrong one, and what they wrote is shown at the desk as from another address.
 */
import type { Id } from '../../link/ids.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_DIGITS = 32;
/** Hexadecimal, of the request's number: 40 bits. */
const TAKEN_DIGITS = 10;
const LENGTH = 8;
const REFERENCE = /\bR-([0-9A-Z]{4})-([0-9A-Z]{4})\b/gi;

export function referenceOf(request: Id): string {
  const bits = BigInt(`0x${request.slice(0, TAKEN_DIGITS)}`);
  const digits = Array.from(
    { length: LENGTH },
    (_, at) => DIGITS[Number((bits >> BigInt(5 * (LENGTH - 1 - at))) & 31n)],
  );
  return `R-${digits.slice(0, 4).join('')}-${digits.slice(4).join('')}`;
}

/** All that a text names, as they are written in letters; what is no reference is passed over. */
export const referencesIn = (text: string): string[] =>
  [...text.matchAll(REFERENCE)]
    // As people read them aloud and type them.
    .map(([whole]) => `R-${whole.slice(2).toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')}`)
    .filter((reference) => [...reference.slice(2).replace('-', '')].every((digit) => DIGITS.includes(digit)));

/** The first and the last number that a request of this reference can have. */
export function idsOf(reference: string): readonly [first: Id, last: Id] {
  const digits = [...reference.slice(2).replace('-', '')];
  const bits = digits.reduce((sum, digit) => (sum << 5n) | BigInt(DIGITS.indexOf(digit)), 0n);
  const begin = bits.toString(16).padStart(TAKEN_DIGITS, '0');
  return [begin.padEnd(ID_DIGITS, '0'), begin.padEnd(ID_DIGITS, 'f')];
}
