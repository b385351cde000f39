/**
 * Conversations with people who write to us (COLLECT-2, PROVIDE-1): enquiries, sales, support, problems, feedback; by a
 * form, on the console or by mail, all in one thread. Whoever has no account is a person to the data map all the same, found by
 * their address. What was written opens for staff with a reason, by a look that stands in the record first.
 */

import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import { Rounds } from '../rounds.ts';
import { type MailedMessage, takeMessage } from './by-mail.ts';
import { forMessageDesk } from './for-desk.ts';
import { forMessagePages } from './for-pages.ts';
import { forgetSaid, type SaidInSurvey, sayInSurvey } from './in-survey.ts';
import type { MessageParts } from './parts.ts';
import { forgetWriters, messageMetrics, warnStaff } from './round.ts';

export type { MailedMessage } from './by-mail.ts';
export type { SentFile } from './files.ts';
export type { MessageDesk } from './for-desk.ts';
export type { MessagePages } from './for-pages.ts';
export type { SaidInSurvey } from './in-survey.ts';
export {
  FILES_BYTES_MAX,
  KEPT_DAYS,
  type MessageKind,
  type MessageState,
  WRITTEN_KINDS,
} from './kinds.ts';
export { begin as beginConversation, conversationsIn, type Receiving } from './receive.ts';
export type { ShownMessage } from './shown.ts';

const HOUR_MS = 3_600_000;

export function openMessages(parts: MessageParts) {
  const rounds = new Rounds({
    everyMs: HOUR_MS,
    work: async () => {
      await warnStaff(parts);
      await forgetWriters(parts);
    },
    log: parts.log,
  });
  return {
    pages: forMessagePages(parts),
    desk: forMessageDesk(parts),
    take: (mail: MailedMessage) => takeMessage(parts, mail),
    /** What is said in a survey in one's own words, in the transaction of the answer. */
    survey: {
      say: (tx: Tx, said: SaidInSurvey) => sayInSurvey(parts, tx, said),
      forget: (tx: Tx, conversation: Id) => forgetSaid(parts, tx, conversation),
    },
    metrics: () => messageMetrics(parts),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
export type Messages = ReturnType<typeof openMessages>;
