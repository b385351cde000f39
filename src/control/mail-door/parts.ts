/** What the mail door works with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { RequestParts } from '../requests/index.ts';
import type { MailRules } from './rules.ts';

export interface MailDoorParts {
  readonly requesting: RequestParts;
  readonly rules: MailRules;
  readonly log: Log;
}
