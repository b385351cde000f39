/**
 * Sealing for somebody's public key: HPKE in base mode, one message for each encapsulation (RFC 9180). The suite is
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Whoever seals cannot open what they sealed. Pure.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  encapsulate,
  type KeyObject,
} from 'node:crypto';

export const HPKE_KEY_BYTES = 32;
const ENCAPSULATED_BYTES = 32;
const TAG_BYTES = 16;
/** What sealing adds, in bytes. */
export const HPKE_OVERHEAD_BYTES = ENCAPSULATED_BYTES + TAG_BYTES;

const AEAD = 'aes-256-gcm';
const AEAD_KEY_BYTES = 32;
const AEAD_NONCE_BYTES = 12;
const NOTHING = Buffer.alloc(0);
/** "HPKE", KEM 0x0020, KDF 0x0001, AEAD 0x0002. */
const SUITE = Buffer.from([...Buffer.from('HPKE'), 0x00, 0x20, 0x00, 0x01, 0x00, 0x02]);
const VERSION = Buffer.from('HPKE-v1');
const BASE_MODE = 0;
/** PKCS #8 and SubjectPublicKeyInfo of X25519 before the key's own bytes (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** It was sealed for another key, about something else, or is damaged. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/** The public half (32 bytes) of a private key (32 bytes). */
export function publicHalf(privateKey: Buffer): Buffer {
  const spki = createPublicKey(privateObject(privateKey)).export({ format: 'der', type: 'spki' });
  return Buffer.from(spki.subarray(PUBLIC_PREFIX.length));
}

/**
 * Seals for `publicKey` (32 bytes): encapsulated key, ciphertext, tag. `info` says what for, `about` what it is bound to;
 * both are said again to open it.
 */
export function sealFor(publicKey: Buffer, info: Buffer, about: Buffer, plain: Buffer): Buffer {
  const to = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  const { sharedKey, ciphertext } = encapsulate(to);
  const { key, nonce } = schedule(sharedKey, info);
  const cipher = createCipheriv(AEAD, key, nonce);
  cipher.setAAD(about);
  const sealed = Buffer.concat([ciphertext, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return sealed;
}

/** Opens with the private key (32 bytes). Throws `CannotOpen`. */
export function openWith(privateKey: Buffer, info: Buffer, about: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < HPKE_OVERHEAD_BYTES) throw new CannotOpen('it is too short');
  try {
    const shared = decapsulate(privateObject(privateKey), sealed.subarray(0, ENCAPSULATED_BYTES));
    const { key, nonce } = schedule(shared, info);
    const decipher = createDecipheriv(AEAD, key, nonce, { authTagLength: TAG_BYTES });
    key.fill(0);
    decipher.setAAD(about);
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(ENCAPSULATED_BYTES, -TAG_BYTES));
    decipher.final();
    return plain;
  } catch {
    throw new CannotOpen('it does not open');
  }
}

const privateObject = (key: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, key]), format: 'der', type: 'pkcs8' });

/** RFC 9180, 5.1, without a pre-shared key; the nonce is that of the first message. */
function schedule(shared: Buffer, info: Buffer): { key: Buffer; nonce: Buffer } {
  const context = Buffer.concat([
    Buffer.of(BASE_MODE),
    extract(NOTHING, 'psk_id_hash', NOTHING),
    extract(NOTHING, 'info_hash', info),
  ]);
  const secret = extract(shared, 'secret', NOTHING);
  return {
    key: expand(secret, 'key', context, AEAD_KEY_BYTES),
    nonce: expand(secret, 'base_nonce', context, AEAD_NONCE_BYTES),
  };
}

/** LabeledExtract (RFC 9180, 4). */
const extract = (salt: Buffer, label: string, input: Buffer): Buffer =>
  createHmac('sha256', salt).update(VERSION).update(SUITE).update(label).update(input).digest();

/** LabeledExpand (RFC 9180, 4) for at most one block of SHA-256. */
const expand = (secret: Buffer, label: string, info: Buffer, bytes: number): Buffer =>
  createHmac('sha256', secret)
    .update(Buffer.of(0, bytes))
    .update(VERSION)
    .update(SUITE)
    .update(label)
    .update(info)
    .update(Buffer.of(1))
    .digest()
    .subarray(0, bytes);
