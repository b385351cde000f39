/** What others may use of sealing. */
export { Decrypted, NotRevealed } from './decrypted.ts';
export { KeyGone, Unreadable } from './errors.ts';
export { type BoundPlace, open, type Place, SEALED_EXTRA_BYTES, seal } from './seal.ts';
export { type Item, intakeOf, type SealedForMany, type SealingKind, type Subject, Vault } from './vault.ts';
