/**
 * Sealing one value: AES-256-GCM under a subject's key, bound to the place where it stands, so that it opens nowhere
 * else. Pure. Sealed bytes: format (1), key version (1), nonce (12), ciphertext, tag (16). Random nonces: one key
 * may seal 2^32 values (NIST SP 800-38D, 8.3).
 */
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { KeyGone, Unreadable } from './errors.ts';

export { KeyGone, Unreadable };

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HEAD_BYTES = 2 + NONCE_BYTES;
/** What a sealed value is longer than its text. */
export const SEALED_EXTRA_BYTES = HEAD_BYTES + TAG_BYTES;

/** Where a value stands. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The row's primary key. */
  readonly row: string;
}

/** A place with whom it is about: `person:…`. */
export interface BoundPlace extends Place {
  readonly subject: string;
}

/** The place as bytes: each part behind its length, so that no two places give the same. */
function boundTo(place: BoundPlace, keyVersion: number): Buffer {
  const { table, column, row, subject } = place;
  return Buffer.from(
    `kept sealed v1 ${keyVersion} ${table.length}:${table}${column.length}:${column}${row.length}:${row}${subject.length}:${subject}`,
  );
}

/** `keyVersion`: 1 to 255. Throws `KeyGone` when `key` was overwritten. */
export function seal(key: Buffer, keyVersion: number, place: BoundPlace, plain: Buffer | string): Buffer {
  demandKey(key);
  const length = typeof plain === 'string' ? Buffer.byteLength(plain) : plain.length;
  const sealed = Buffer.allocUnsafe(length + SEALED_EXTRA_BYTES);
  sealed[0] = FORMAT;
  sealed[1] = keyVersion;
  nonceInto(sealed);
  const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(2, HEAD_BYTES));
  cipher.setAAD(boundTo(place, keyVersion));
  // A stream cipher: as long as the text, all of it from `update`.
  const text = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  sealed.set(text, HEAD_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + length);
  return sealed;
}

/** The text's bytes. Throws `Unreadable`, or `KeyGone` when `key` was overwritten. */
export function open(key: Buffer, keyVersion: number, place: BoundPlace, sealed: Uint8Array): Buffer {
  demandKey(key);
  const length = sealed.length - SEALED_EXTRA_BYTES;
  if (length < 0 || sealed[0] !== FORMAT || sealed[1] !== keyVersion) throw new Unreadable();
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(2, HEAD_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(place, keyVersion));
  decipher.setAuthTag(sealed.subarray(HEAD_BYTES + length));
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, HEAD_BYTES + length));
  try {
    decipher.final();
  } catch {
    plain.fill(0);
    throw new Unreadable();
  }
  return plain;
}

/** A key that the key store has let go of is all zeros: sealing under it would seal nothing. */
function demandKey(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw new KeyGone();
  for (let at = 0; at < KEY_BYTES; at++) if (key[at] !== 0) return;
  throw new KeyGone();
}

/** Random bytes are asked for in pages: one call to the system's generator for hundreds of nonces. */
const page = Buffer.alloc(NONCE_BYTES * 512);
let next = page.length;

function nonceInto(sealed: Buffer): void {
  if (next === page.length) {
    randomFillSync(page);
    next = 0;
  }
  page.copy(sealed, 2, next, next + NONCE_BYTES);
  next += NONCE_BYTES;
}
