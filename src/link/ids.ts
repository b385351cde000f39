/**
 * Identifiers. Every id of Kept is 128 random bits: 32 lower-case hex digits inside (link, database),
 * with a prefix that tells its kind outside (`acct_…`, `key_…`, `req_…`). An id says nothing about anybody.
 */
import { randomBytes } from 'node:crypto';

/** 32 lower-case hex digits. */
export type Id = string;

const ID_DIGITS = 32;
const POOL_BYTES = 4096;
let pool = '';
let used = 0;

/** A fresh random id. Cut from a pool, since the hot path makes one per request. */
export function newId(): Id {
  if (used === pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  used += ID_DIGITS;
  return pool.slice(used - ID_DIGITS, used);
}

/** Whether `text` is an id: 32 lower-case hex digits and nothing else. */
export function isId(text: unknown): text is Id {
  if (typeof text !== 'string' || text.length !== ID_DIGITS) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) return false;
  }
  return true;
}

/** Random bytes as hex, for secrets that are not ids (key hashes' pepper, sessions). */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
