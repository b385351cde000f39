/** What the domains' actions work with; made once, in `index.ts`. */
import type { Log } from '../log/log.ts';
import type { Db } from '../store/database.ts';
import type { Writer } from '../store/writer.ts';
import type { Directory } from './directory.ts';
import type { Money } from './money.ts';

export interface Services {
  readonly db: Db;
  /** For everything that changes money. */
  readonly writer: Writer;
  readonly directory: Directory;
  readonly money: Money;
  /** 64 hex digits; keys are stored as HMAC-SHA-256 under it. */
  readonly pepper: string;
  readonly log: Log;
}
