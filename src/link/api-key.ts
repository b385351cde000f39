/**
 * The shape of an API key: `kept_sk_`, 27 base62 characters (160.7 random bits), 6 of checksum. The checksum (CRC-32
 * of everything before it) tells typos apart without a look-up and lets secret scanners find keys with certainty; it
 * protects nothing.
 */
import { randomBytes } from 'node:crypto';

const PREFIX = 'kept_sk_';
const SECRET_LENGTH = 27;
const CHECKSUM_LENGTH = 6;
const BODY_LENGTH = PREFIX.length + SECRET_LENGTH;
export const API_KEY_LENGTH = BODY_LENGTH + CHECKSUM_LENGTH;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = ALPHABET.length;
/** Bytes from here on are thrown away, so that every character is equally likely. */
const FAIR_BYTES = 256 - (256 % BASE);

/** Place in the alphabet by character code; 255 for characters outside it. */
const DIGITS = new Uint8Array(128).fill(255);
for (let i = 0; i < BASE; i++) DIGITS[ALPHABET.charCodeAt(i)] = i;

/** CRC-32 (ISO 3309) of each byte. */
const CRC_TABLE = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  CRC_TABLE[byte] = crc;
}

/** A new key from the system's random source. */
export function makeApiKey(): string {
  let body = PREFIX;
  while (body.length < BODY_LENGTH) {
    for (const byte of randomBytes(SECRET_LENGTH)) {
      if (byte < FAIR_BYTES && body.length < BODY_LENGTH) body += ALPHABET[byte % BASE];
    }
  }
  let rest = checksum(body);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % BASE) + digits;
    rest = Math.floor(rest / BASE);
  }
  return body + digits;
}

/** Whether `text` has the shape and the checksum of a key. Allocates nothing; says nothing about whether it is valid. */
export function looksLikeApiKey(text: string): boolean {
  if (text.length !== API_KEY_LENGTH || !text.startsWith(PREFIX)) return false;
  let stated = 0;
  for (let i = PREFIX.length; i < API_KEY_LENGTH; i++) {
    const digit = DIGITS[text.charCodeAt(i)] ?? 255;
    if (digit === 255) return false;
    if (i >= BODY_LENGTH) stated = stated * BASE + digit;
  }
  return stated === checksum(text);
}

/** CRC-32 of the first `BODY_LENGTH` characters, all of them ASCII. */
function checksum(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < BODY_LENGTH; i++) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ text.charCodeAt(i)) & 255] as number);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
