/** What the mail door works with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { RequestParts } from '../requests/index.ts';
import type { MailRules } from './rules.ts';

export interface MailDoorParts {
  readonly requesting: RequestParts;
  readonly rules: MailRules;
  /** Out of promotional mail, by the token in the subject of a mail that a mail program sent by itself. */
  readonly unsubscribe: (token: string) => Promise<void>;
  readonly log: Log;
}
