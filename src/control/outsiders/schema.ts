/** Independent people from outside who decide one appeal each, where nobody else of the staff may. */
import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

/** `taken`: somebody of the staff decided after all. `over`: the appeal ended otherwise. */
export const OUTSIDER_ENDS = ['decided', 'taken', 'taken_back', 'expired', 'wrong_codes', 'over'] as const;
export type OutsiderEnd = (typeof OUTSIDER_ENDS)[number];

/** As long as requests are remembered (11 CCR § 7101), since it says who decided. */
const ROW_DAYS = 731;

export const outsider = mapped(
  'outsider',
  {
    about: 'Independent people from outside who are asked to decide an appeal',
    subject: {
      kind: 'nobody',
      why: 'they have no account; what names them is sealed under a key of the row, which dies 90 days after the request has ended',
    },
    retention: { kind: 'days after', days: ROW_DAYS, event: 'invitedAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      request: none(id('request_id').notNull(), 'the request, by its random number'),
      link: none(hash('link_hash').notNull(), 'hash of a token that follows from the row’s number'),
      /** Null: used. */
      handover: none(hash('handover_hash'), 'hash of a random code that is handed over by another way'),
      who: none(bytes('who').notNull(), 'name and address, sealed under the key of the row'),
      factor: none(bytes('factor'), 'secret of their authenticator app, sealed under the key of the row'),
      lastStep: none(
        bigint('last_step', { mode: 'number' }).notNull(),
        'time step of the last code of the app, each taken once',
      ),
      tries: none(integer('tries').notNull(), 'how many codes in a row were wrong'),
      duty: none(text('duty_version'), 'version of the duty of confidentiality that was accepted'),
      mailedAt: none(moment('mailed_at'), 'when the mail server had the link'),
      invitedAt: none(moment('invited_at').notNull(), 'when they were invited'),
      enrolledAt: none(moment('enrolled_at'), 'when they had set up their second factor'),
      endsAt: none(moment('ends_at').notNull(), 'when the invitation ends at the latest'),
      endedAt: none(moment('ended_at'), 'when it ended'),
      endedFor: none(text('ended_for', { enum: OUTSIDER_ENDS }), 'why, a word of a closed list'),
    },
  },
  (table) => [
    uniqueIndex('outsider_link').on(table.link),
    index('outsider_invited').on(table.invitedAt),
    // One for an appeal at a time, however many invite at once.
    uniqueIndex('outsider_once').on(table.request).where(sql`ended_at is null`),
    check('outsider_ended', sql`(${table.endedAt} is null) = (${table.endedFor} is null)`),
    check('outsider_duty', sql`${table.enrolledAt} is null or ${table.duty} is not null`),
  ],
);
export type OutsiderRow = typeof outsider.$inferSelect;
