/** Service mail that waits, and what was sent to whom: the outbox. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { TEMPLATE_NAMES } from './templates.ts';

/**
 * `waiting`: to be sent. `sending`: handed to the mail server, whose answer is not there yet. `sent`: it has it.
 * `undeliverable`: there is no mail server (`SMTP_URL`), or it refused for good, or for too long, or the mail came back.
 */
export const MAIL_STATES = ['waiting', 'sending', 'sent', 'undeliverable'] as const;

/** How long what was sent is listed on the profile. */
export const LISTED_DAYS = 90;

export const mail = mapped(
  'mail',
  {
    about: 'Service mail that waits to be sent, and what was sent',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: LISTED_DAYS, event: 'createdAt' },
    columns: {
      /** Also names the mail: it stands in its Message-ID. */
      id: stored(id('id').primaryKey(), subjectId('Id')),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      template: stored(text('template', { enum: TEMPLATE_NAMES }).notNull(), {
        ...setting('What it is about'),
        source: 'observed',
      }),
      /** Null: it was somebody else's, and what they were written for is over. */
      to: sealedOrNull('recipient', {
        label: 'Sent to',
        class: 'user.contact.email',
        purposes: ['account', 'security'],
        source: 'given',
        retention: { kind: 'days after', days: 0, event: 'addressUntil' },
        access: 'yes',
        export: 'yes',
        correct: { no: 'what happened is not changed' },
        erase: 'key death',
      }),
      /** JSON; links that let somebody in are among them. Null once the mail server has the mail. */
      values: sealedOrNull('content', {
        label: 'What it says',
        class: 'user.authorization.credentials',
        purposes: ['account', 'security'],
        source: 'derived',
        access: { no: 'it may hold a link that lets somebody in; it is on its way to you' },
        export: { no: 'it may hold a link that lets somebody in; it is on its way to you' },
        correct: { no: 'what happened is not changed' },
        erase: 'key death',
      }),
      state: stored(text('state', { enum: MAIL_STATES }).notNull(), {
        ...setting('How far it is'),
        source: 'observed',
      }),
      /** The mail server's answer was lost once: the person may have got it twice. */
      maybeTwice: stored(boolean('maybe_twice').notNull().default(false), {
        ...setting('May have been sent twice'),
        source: 'observed',
      }),
      attempts: none(integer('attempts').notNull().default(0), 'how often it was tried'),
      nextAt: none(moment('next_at').notNull(), 'when it is tried next'),
      createdAt: stored(moment('created_at').notNull(), occurred('Written at')),
      sentAt: stored(moment('sent_at'), occurred('Sent at')),
      addressUntil: stored(moment('address_until').notNull(), occurred('Address is kept until')),
    },
  },
  (table) => [
    index('mail_person').on(table.person),
    index('mail_next').on(table.nextAt).where(sql`state in ('waiting', 'sending')`),
    index('mail_written').on(table.createdAt),
    index('mail_address_until').on(table.addressUntil),
  ],
);
