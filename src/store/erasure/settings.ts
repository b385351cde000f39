/** What erasure is handed by those who know the domains; it knows none of them. */
import type { ErasureLedger } from '../ledger/erasure-ledger.ts';
import type { Row, SubjectName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import type { RecordEntry, Store, Tx } from '../store.ts';
import type { ErasureRow } from './schema.ts';

/** Somebody who holds data for us and has to forget them too. */
export interface Processor {
  /** Stands on receipts. */
  readonly name: string;
  /** Whether it holds anything of this subject, asked in the transaction that ends the erasure. */
  holds(tx: Tx, subject: SubjectName): Promise<boolean>;
  /** Forgets whatever it holds under this random id; may be called again. Rejects where that has to be tried again. */
  forget(subject: SubjectName, signal: AbortSignal): Promise<void>;
}

/** Keeps what a law keeps of rows that are about to be deleted, in the transaction that deletes them. */
export type MoveApart = (
  tx: Tx,
  store: Pick<Store, 'keys' | 'vault' | 'now'>,
  entry: MapEntry,
  rows: readonly Row[],
) => Promise<void>;

/** What came of an erasure in a system outside, as receipts say it. */
export interface OutsideStanding {
  readonly system: string;
  readonly state: string;
}

/** People's data outside of the store, which others erase. */
export interface OutsideErasures {
  /** False: no system is known, so that nothing is to be begun. */
  readonly isUsed: (tx: Tx) => Promise<boolean>;
  /** While its person can still be named, in the transaction that begins it: those who look after systems get their tasks. */
  readonly begun: (
    tx: Tx,
    enter: (entry: RecordEntry) => Promise<string>,
    erasure: ErasureRow,
    person: string,
  ) => Promise<void>;
  /** In the transaction that ends it; empty: there is none. */
  readonly standing: (tx: Tx, erasure: string) => Promise<readonly OutsideStanding[]>;
}

export interface ErasureSettings {
  readonly store: Store;
  readonly ledger: ErasureLedger;
  /** The accounts that nobody else owns. */
  readonly accountsEndingWith: (tx: Tx, person: string) => Promise<readonly string[]>;
  /** Ends sessions and keys for API calls, also in other processes; their rows go with the others. */
  readonly endAccess: (tx: Tx, subjects: readonly SubjectName[]) => Promise<void>;
  /** Called before anything is locked: ends what has the subject locked for long, such as an export under way. */
  readonly makeWay?: (subject: SubjectName) => Promise<void>;
  readonly moveApart: MoveApart;
  readonly processors: readonly Processor[];
  /** Left out: nothing of anybody is outside. */
  readonly outside?: OutsideErasures;
  /** Tells the person in the same transaction: a mail into the outbox. `dueAt`: milliseconds since 1970. */
  readonly tell?: (
    tx: Tx,
    what: 'scheduled' | 'cancelled' | 'due',
    person: string,
    dueAt: number,
  ) => Promise<void>;
  /** The address that a person is found by; null where it cannot be opened. Left out: nothing of them stays. */
  readonly addressOf?: (db: Store['db'] | Tx, person: string) => Promise<string | null>;
  /** Whether they took the consent to promotional mail back. Left out: nobody did. */
  readonly hasOptedOut?: (tx: Tx, person: string) => Promise<boolean>;
}
