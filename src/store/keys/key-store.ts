/**
 * The key store as the rest of Kept sees it: data keys, what people are found by, and what keeps a value out. None of
 * it lies in PostgreSQL. Reads answer from memory; a write's promise resolves when it is durable, and writes at the
 * same time share their fsyncs. One process owns a store.
 */
import type { KeyKind, KeyName, LookupKind, Suppression, SuppressionPurpose } from './kinds.ts';
import type { KeyFacts } from './people.ts';

export interface KeyStoreSize {
  /** Data keys of each kind. */
  readonly keys: Readonly<Record<KeyKind, number>>;
  readonly lookups: number;
  readonly suppressions: number;
  readonly inGrace: number;
  /** Slots that fail their checksum, and keys that do not open. */
  readonly damaged: number;
}

export interface RollOptions {
  /** Called after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops after the batch under way; the next call goes on. Rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface NewKey {
  readonly until?: number;
  readonly value?: Buffer;
}

export interface KeyStore {
  /**
   * Makes a key; one that is there stays. `until`: milliseconds since 1970, after which it is dead. `value`: 32 bytes
   * that were a key before; left out: random ones.
   */
  create(kind: KeyKind, id: string, options?: NewKey): Promise<void>;
  createMany(keys: Iterable<KeyName & { readonly until?: number }>): Promise<void>;
  has(kind: KeyKind, id: string): boolean;
  /** What is known of a live key besides itself, or null. */
  facts(kind: KeyKind, id: string): KeyFacts | null;
  /**
   * The data key (32 bytes), or null when it is dead or never was. Use it in the same step and keep no reference:
   * it is overwritten with zeros when the store lets go of it.
   */
  key(kind: KeyKind, id: string): Buffer | null;
  /** The version of a live key, or null. */
  version(kind: KeyKind, id: string): number | null;
  /** Moves the end of a key; false when there is no such key. */
  setUntil(kind: KeyKind, id: string, until: number | null): Promise<boolean>;
  /** Overwrites the keys, and all look-ups of persons and accounts; suppressions stay. At most 10,000 at once, all or none. */
  destroy(targets: readonly KeyName[]): Promise<void>;
  /**
   * Lets a person or account be found by `value`, in place of an earlier value of that kind, or `beside` it until
   * `keepLookup`. `taken`: somebody else is found by it. Throws `KeyError` (`owner_has_no_key`).
   */
  setLookup(
    kind: LookupKind,
    value: string,
    owner: string,
    options?: { readonly beside?: boolean },
  ): Promise<'set' | 'taken'>;
  /** From now on the owner is found by no other value of that kind. */
  keepLookup(kind: LookupKind, value: string, owner: string): Promise<void>;
  /** With a value, the owner is no longer found by that one; without, by none of that kind. */
  removeLookup(kind: LookupKind, owner: string, value?: string): Promise<void>;
  /** The owner's id, or null. */
  lookup(kind: LookupKind, value: string): string | null;
  /** By which kinds of value the owner is found; the values are nowhere. */
  lookupsOf(owner: string): readonly LookupKind[];
  /** Keeps a value out; outlives its owner. A second one with the same purpose takes the first one's place. */
  suppress(value: string, suppression: Suppression): Promise<void>;
  /** Whether it is kept out of this purpose, or of all. */
  isSuppressed(value: string, purpose: SuppressionPurpose): boolean;
  /** Lets the value in again; with a purpose, what was kept for that one only. */
  unsuppress(value: string, purpose?: SuppressionPurpose): Promise<void>;
  /** Persons or accounts in the grace before erasure, and keys of `intake` that name one, are left out of `exportKeys`. Unknown ids are passed over. */
  setGrace(ids: readonly string[], inGrace: boolean): Promise<void>;
  inGrace(id: string): boolean;
  /** Makes a new epoch, wraps every key under it, drops the older ones. Goes on with a roll that was interrupted. */
  rollEpoch(options?: RollOptions): Promise<void>;
  /** Whether a roll was begun and not ended. */
  readonly rolling: boolean;
  /** Wraps the epoch keys under another master key; the one before opens nothing from then on. Also during a roll. */
  rotateMaster(newMaster: Buffer): Promise<void>;
  readonly masterFingerprint: string;
  /** Number of the newest epoch. */
  readonly epoch: number;
  /** All that lives but who is in the grace, under a fresh key that is wrapped by the master key; see `export.ts`. */
  exportKeys(): AsyncIterable<Buffer>;
  /** Destroys what has ended at `now` (milliseconds since 1970); returns how many keys and look-ups. */
  expire(now: number): Promise<number>;
  size(): KeyStoreSize;
  close(): Promise<void>;
}
