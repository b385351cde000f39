/** What conversations work with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import type { RequestParts } from '../requests/index.ts';

export interface MessageParts {
  readonly requesting: RequestParts;
  /** Whether an answer to our mails reaches us. */
  readonly answersByMail: boolean;
  readonly log: Log;
}
