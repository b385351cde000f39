/**
 * Identifiers. Every id of Kept is 128 random bits: 32 lower-case hex digits inside (link, database),
 * with a prefix that tells its kind outside (`acct_…`, `key_…`, `req_…`). An id says nothing about anybody.
 */
import { randomBytes, randomFillSync } from 'node:crypto';

/** 32 lower-case hex digits. */
export type Id = string;

const POOL_BYTES = 4096;
const ID_BYTES = 16;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A fresh random id. Draws on a pool, since the hot path makes one per request. */
export function newId(): Id {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('hex', used, used + ID_BYTES);
  pool.fill(0, used, used + ID_BYTES);
  used += ID_BYTES;
  return id;
}

/** Whether `text` is an id: 32 lower-case hex digits and nothing else. */
export function isId(text: unknown): text is Id {
  if (typeof text !== 'string' || text.length !== ID_BYTES * 2) return false;
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
