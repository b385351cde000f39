/** The key that signs the record's checkpoints: it follows from a secret in the key store and lies nowhere else. */
import { createHmac, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { ED25519, keyIdOf, type NoteSigner, noteSigner } from '../../record/note.ts';
import type { KeyStore } from '../keys/key-store.ts';

/** The id of that secret, of kind `record`. */
export const RECORD_SIGNER_ID = '00000000000000000000000000000001';
const SEED_BYTES = 32;
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A hash (hex) that only who has the key store can compute: it tells whether a text is the same, and nothing of it. */
export const keyedHash = (keys: KeyStore, text: string): string =>
  createHmac('sha256', derived(keys, 'kept record keyed hash v1')).update(text).digest('hex');

/** Throws where the key store has lost the secret: then no checkpoint can be signed. */
export function recordSigner(keys: KeyStore, origin: string): NoteSigner & { readonly verifierKey: string } {
  const seed = derived(keys, 'kept record signer v1');
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES);
  const id = keyIdOf(origin, ED25519, publicKey).toString(16).padStart(8, '0');
  const bytes = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64');
  return noteSigner(`PRIVATE+KEY+${origin}+${id}+${bytes}`);
}

function derived(keys: KeyStore, label: string): Buffer {
  const secret = keys.key('record', RECORD_SIGNER_ID);
  if (secret === null) throw new Error('the key that signs the record is gone');
  return Buffer.from(hkdfSync('sha256', secret, '', label, SEED_BYTES));
}
