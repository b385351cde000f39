/** Wrapping a 32-byte key under another: AES-256-GCM, bound to what the key is for. Pure; keeps nothing. */
import { createCipheriv, createDecipheriv, createHash, randomFillSync } from 'node:crypto';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonce, ciphertext, tag. */
export const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** Random bytes are asked for in pages: one call to the system's generator for many nonces and keys. */
const page = Buffer.alloc(16 * 1024);
let left = 0;

/** Fresh random bytes, at most a page of them; a copy, and the page forgets what it gave. */
export function fresh(bytes: number): Buffer {
  if (left < bytes) {
    randomFillSync(page);
    left = page.length;
  }
  const given = page.subarray(left - bytes, left);
  const copy = Buffer.from(given);
  given.fill(0);
  left -= bytes;
  return copy;
}

/** Nonce ‖ ciphertext ‖ tag, written to `into` at `offset`, which must have `WRAPPED_BYTES` left. */
export function wrapInto(into: Buffer, offset: number, key: Buffer, under: Buffer, bound: Buffer): void {
  const nonce = fresh(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', under, nonce);
  cipher.setAAD(bound);
  into.set(nonce, offset);
  into.set(cipher.update(key), offset + NONCE_BYTES);
  cipher.final();
  into.set(cipher.getAuthTag(), offset + NONCE_BYTES + KEY_BYTES);
}

export function wrap(key: Buffer, under: Buffer, bound: Buffer): Buffer {
  const wrapped = Buffer.alloc(WRAPPED_BYTES);
  wrapInto(wrapped, 0, key, under, bound);
  return wrapped;
}

/** The key, or null when it was wrapped under another key, for something else, or is damaged. */
export function unwrap(wrapped: Buffer, under: Buffer, bound: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', under, wrapped.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(wrapped.subarray(NONCE_BYTES + KEY_BYTES, WRAPPED_BYTES));
  const key = decipher.update(wrapped.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES));
  try {
    decipher.final();
    return key;
  } catch {
    key.fill(0);
    return null;
  }
}

/** First 8 hex digits of a hash of the master key: names it, tells nothing of it. */
export const fingerprint = (master: Buffer): string =>
  createHash('sha256').update('kept master key fingerprint v1').update(master).digest('hex').slice(0, 8);
