/** What others may use of the key store. */
export { KeyError, type KeyErrorCode, MissingMasterKey, WrongMasterKey } from './errors.ts';
export { importKeys } from './import.ts';
export type { KeyStore, KeyStoreSize, RollOptions } from './key-store.ts';
export {
  KEY_KINDS,
  type KeyKind,
  type KeyName,
  type LookupKind,
  SUPPRESSION_GROUNDS,
  SUPPRESSION_PURPOSES,
  type Suppression,
  type SuppressionGround,
  type SuppressionPurpose,
} from './kinds.ts';
export { fingerprint, type MasterKeySource, readMasterKey } from './master-key.ts';
export { openKeyStore } from './open-key-store.ts';
