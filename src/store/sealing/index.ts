/** What others may use of sealing. */
export { Decrypted } from './decrypted.ts';
export { KeyGone, Unreadable } from './errors.ts';
export { open, seal } from './seal.ts';
export { Vault } from './vault.ts';
