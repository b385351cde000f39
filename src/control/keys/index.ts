/**
 * API keys: made once and shown once, stored as a keyed hash, revoked for good. Gateways know every active key; control
 * never sees one again after it was made.
 */
export { createKey } from './create-key.ts';
export { endAccess } from './end-access.ts';
export { endPlaygroundKey, keysEnded } from './end-playground-key.ts';
export { createKeyByForm, type MadeKey, MODEL_FIELD, revokeKeyByForm } from './for-pages.ts';
export { type KeyRow, keyStates } from './key-state.ts';
export { KeyUse } from './key-use.ts';
export { listKeys, type ShownKey } from './list-keys.ts';
export { type MadePlaygroundKey, makePlaygroundKey } from './make-playground-key.ts';
export { readPepper } from './pepper.ts';
export { revokeKey } from './revoke-key.ts';
export { usableKey } from './usable-key.ts';
