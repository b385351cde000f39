/** What the domains' actions work with; made once, in `index.ts`. */
import type { BillingMode } from '../link/words.ts';
import type { Log } from '../log/log.ts';
import type { Db } from '../store/database.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import type { SubjectName } from '../store/map/rows.ts';
import type { Vault } from '../store/sealing/vault.ts';
import type { RecordKeeper } from '../store/store.ts';
import type { Writer } from '../store/writer.ts';
import type { StandingConsents } from './consent/index.ts';
import type { Directory } from './directory.ts';
import type { Money } from './money.ts';

export interface Services {
  readonly db: Db;
  /** Data keys and look-ups. */
  readonly keys: KeyStore;
  /** Seals and opens under them. */
  readonly vault: Vault;
  /** What must not be forgotten goes through here, in one transaction with its entry. */
  readonly record: RecordKeeper;
  readonly consents: StandingConsents;
  /** Whether somebody's erasure has begun, by the erasure ledger; a hold may keep some of them. */
  readonly isErased: (subject: SubjectName) => boolean;
  /** For everything that changes money. */
  readonly writer: Writer;
  /** People whose rows are being written: their keys are there, their rows not yet. */
  readonly creating: Set<string>;
  readonly directory: Directory;
  readonly money: Money;
  /** 64 hex digits; keys are stored as HMAC-SHA-256 under it. */
  readonly pepper: string;
  readonly billing: BillingMode;
  readonly log: Log;
}
