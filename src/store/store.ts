/** What every generic operation works with; made once, where control starts. */
import type { Db } from './database.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { ChoiceLedger } from './ledger/choice-ledger.ts';
import type { SubjectName } from './map/rows.ts';
import type { MapEntry } from './map/table.ts';
import type { ConsentPurpose } from './map/words.ts';
import type { Vault } from './sealing/vault.ts';

/** A transaction of Drizzle's. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/** An entry of the record that belongs to an act; see `src/record/commitment.ts` for kinds and roles. */
export interface RecordEntry {
  /** Of its row, 32 hex digits; a random one where it is left out. */
  readonly id?: string;
  readonly kind: string;
  /** Role of who acted. */
  readonly role: string;
  /** Whom it is about; the secret that opens its content is sealed under their key and dies with it. */
  readonly about: SubjectName | null;
  /** What is proved: JSON with ids, enumerations, times; committed to, never published. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Runs `work` as one transaction and, in the same step in which its commit is known, `committed`. */
export type Transaction = <T>(work: (tx: Tx) => Promise<T>, committed: (value: T) => void) => Promise<T>;

/** What an act does; each entry that it enters answers its id. */
export type Act<T> = (tx: Tx, enter: (entry: RecordEntry) => Promise<string>) => Promise<T>;

export interface ActOptions<T> {
  /** Called as soon as the act is committed, while its entries still wait for the disk: what memory holds follows. */
  readonly committed?: (value: T) => void;
  /** Where the transaction runs, such as `Writer.transaction`; left out: on a connection of the pool. */
  readonly transaction?: Transaction;
}

/** An act that is committed, and whose entries have no place in the record yet. */
export interface Begun<T> {
  readonly result: T;
  /** Resolves when their tiles are on the disk; called whatever happens in between, and nothing acknowledged before. */
  place(): Promise<void>;
}

/** The tamper-evident record as acts see it. */
export interface RecordKeeper {
  /**
   * Runs `work` as one transaction together with the entries that it enters, and resolves when the transaction is
   * committed and the entries' tiles are on the disk outside the database: before that the act is not acknowledged.
   */
  act<T>(work: Act<T>, options?: ActOptions<T>): Promise<T>;
  /** As `act`, but resolves when the transaction is committed; the rest is `place`'s. */
  begin<T>(work: Act<T>, options?: ActOptions<T>): Promise<Begun<T>>;
  /** A receipt (C2SP tlog-proof) for the entry with this id, in a checkpoint of its own where it is not published yet. */
  receipt(entryId: string): Promise<string>;
}

/** Who has consented, as the consent ledger knows; asked wherever data are read for a purpose that rests on consent. */
export interface Consents {
  /** Those of `subjects` (their ids) whose consent stands now. */
  among(purpose: ConsentPurpose, subjects: readonly SubjectName[]): Promise<ReadonlySet<string>>;
}

export interface Store {
  readonly db: Db;
  /** The data map: every table. */
  readonly map: readonly MapEntry[];
  readonly keys: KeyStore;
  readonly vault: Vault;
  readonly record: RecordKeeper;
  /** What a restore must not undo, outside the database. */
  readonly choices: ChoiceLedger;
  readonly consents: Consents;
  /** Milliseconds since 1970; tests let it jump. */
  readonly now: () => number;
}
