/** Canaries: random words that are sent as content and must turn up nowhere. */
import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Longest a canary is, and how long each is: 143 random bits. */
export const CANARY_CHARS = 24;
/** Bytes at and above this would favour some letters. */
const FAIR_BELOW = 256 - (256 % ALPHABET.length);

/** A fresh canary: 24 letters and digits that nobody has ever written. */
export function newCanary(): string {
  let text = '';
  while (text.length < CANARY_CHARS) {
    for (const byte of randomBytes(CANARY_CHARS)) {
      if (byte < FAIR_BELOW && text.length < CANARY_CHARS) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
