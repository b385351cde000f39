/**
 * Mail to the policy address that a rule did not turn into a request, be it new or an answer to a letter about one, and
 * answers that are due to strangers. What somebody wrote is sealed under a key of the mail's own, which dies with it.
 */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, text } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

/** How long somebody here may take to read it; what belongs to a request is there as long as that, and a while longer. */
export const KEPT_DAYS = 30;

/**
 * What is answered. `asked_back`: it was not understood. `stopped`: a use ended. `unknown`: nobody has the address here.
 * `with_request`: it is read with its request. `withdraw`: the same, and where that is withdrawn. `reply`: what somebody
 * here wrote. `none`: this address has had an answer today, or there is none.
 */
export const ANSWERS = [
  'asked_back',
  'stopped',
  'unknown',
  'with_request',
  'withdraw',
  'reply',
  'none',
] as const;
export type Answer = (typeof ANSWERS)[number];
/** What somebody here made of it. `rule`: a rule had understood it. */
export const OUTCOMES = ['rule', 'request', 'no_request'] as const;
/** Whether a mail about a request names the address of that request. */
export const SENDERS = ['same', 'other'] as const;

export const incomingMail = mapped(
  'incoming_mail',
  {
    about: 'Mail to the policy address that is to be read or answered',
    subject: {
      kind: 'nobody',
      why: 'it is not known who wrote it; what they wrote is sealed under a key of its own',
    },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      receivedAt: none(moment('received_at').notNull(), 'when it came'),
      answer: none(text('answer', { enum: ANSWERS }).notNull(), 'what is answered, a word of a closed list'),
      /** Null: it has been, or none is due. */
      answerAt: none(moment('answer_at'), 'when the answer is tried next'),
      attempts: none(integer('attempts').notNull().default(0), 'how often the answer was tried'),
      outcome: none(
        text('outcome', { enum: OUTCOMES }),
        'what was made of it, a word of a closed list; none yet: it waits for a reader',
      ),
      /** Null: it answers no letter of ours. */
      request: none(id('request_id'), 'the request that it is about, by its random number'),
      sender: none(
        text('sender', { enum: SENDERS }),
        'whether it names the address of that request, a word of a closed list',
      ),
      /** By a rule: a claim. */
      withdraws: none(
        boolean('withdraws').notNull().default(false),
        'whether it sounds as if the request was not wanted any more',
      ),
      repliedAt: none(moment('replied_at'), 'when somebody here wrote an answer'),
      until: none(moment('until').notNull(), 'when it is over; it goes with its key'),
      attachments: none(integer('attachments').notNull(), 'how many files came with it; none is kept'),
      content: none(
        bytes('content').notNull(),
        'address and words of who wrote, sealed under a key of this mail, which dies 30 days after it came, or after the end of its request',
      ),
    },
  },
  (table) => [
    index('incoming_mail_answer').on(table.answerAt),
    index('incoming_mail_unread').on(table.receivedAt).where(sql`outcome is null`),
    index('incoming_mail_until').on(table.until),
    index('incoming_mail_request').on(table.request).where(sql`request_id is not null`),
  ],
);

export type IncomingMail = typeof incomingMail.$inferSelect;
