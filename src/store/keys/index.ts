/** What others may use of the key store. */
export { importKeys } from './import.ts';
export type { KeyStore } from './key-store.ts';
export type { KeyKind } from './kinds.ts';
export { readMasterKey } from './master-key.ts';
export { openKeyStore } from './open-key-store.ts';
