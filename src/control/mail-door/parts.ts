/** What the mail door works with; made once, where control starts. */
import type { Id } from '../../link/ids.ts';
import type { Log } from '../../log/log.ts';
import type { MailTags } from '../mail-tags.ts';
import type { Messages } from '../messages/index.ts';
import type { ReportKind } from '../promotion/index.ts';
import type { RequestParts } from '../requests/index.ts';
import type { MailRules } from './rules.ts';

export interface MailDoorParts {
  readonly requesting: RequestParts;
  readonly rules: MailRules;
  /** Out of promotional mail, by the token in the subject of a mail that a mail program sent by itself. */
  readonly unsubscribe: (token: string) => Promise<void>;
  /** What a report says about a mail of ours, bound to it by its tag. */
  readonly report: (kind: ReportKind, of: Id) => Promise<void>;
  readonly tags: MailTags;
  /** What is no request becomes a message. */
  readonly messages: Pick<Messages, 'take'>;
  readonly log: Log;
}
