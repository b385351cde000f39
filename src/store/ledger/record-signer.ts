/** The key that signs the record's checkpoints: it follows from a secret in the key store and lies nowhere else. */
import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { ED25519, keyIdOf, type NoteSigner, noteSigner } from '../../record/note.ts';
import type { KeyStore } from '../keys/key-store.ts';

/** The id of that secret, of kind `record`. */
export const RECORD_SIGNER_ID = '00000000000000000000000000000001';
const SEED_BYTES = 32;
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Throws where the key store has lost the secret: then no checkpoint can be signed. */
export function recordSigner(keys: KeyStore, origin: string): NoteSigner & { readonly verifierKey: string } {
  const secret = keys.key('record', RECORD_SIGNER_ID);
  if (secret === null) throw new Error('the key that signs the record is gone');
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'kept record signer v1', SEED_BYTES));
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES);
  const id = keyIdOf(origin, ED25519, publicKey).toString(16).padStart(8, '0');
  const bytes = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64');
  return noteSigner(`PRIVATE+KEY+${origin}+${id}+${bytes}`);
}
