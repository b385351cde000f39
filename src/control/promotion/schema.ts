/** Promotional mail (CHOICE-2): campaigns, and who was sent which. Service mail is another table, and stands in notices. */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

export const CAMPAIGN_STATES = ['draft', 'scheduled', 'sending', 'paused', 'cancelled', 'done'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/**
 * `waiting`: the mail server did not take it, and it is tried again. `sending`: handed over, whose answer is not there yet.
 * `unknown`: the answer never came; it may have arrived, so it is not sent again. `refused`: not taken for good. `bounced`:
 * taken, and it came back for good; nothing more goes there until mail has reached them again. `complained`: they called it
 * unwanted.
 */
export const PROMOTIONAL_STATES = [
  'waiting',
  'sending',
  'sent',
  'unknown',
  'refused',
  'bounced',
  'complained',
] as const;

/** How long a mail's link to unsubscribe works, and who was sent what is known. */
export const LINK_DAYS = 366;

const FOR_MANY = 'written for many; whoever writes it is told to name nobody';

export const campaign = mapped(
  'campaign',
  {
    about: 'Promotional mail as it was written, and how far each is',
    subject: { kind: 'nobody', why: FOR_MANY },
    retention: { kind: 'days after', days: LINK_DAYS, event: 'endedAt', open: 'it is not over' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      subject: none(text('subject').notNull(), FOR_MANY),
      words: none(text('words').notNull(), FOR_MANY),
      state: none(text('state', { enum: CAMPAIGN_STATES }).notNull(), 'how far it is, a closed list'),
      sendAt: none(moment('send_at'), 'when it is to be sent'),
      /** Whoever comes before was asked after already; null: nobody. */
      doneTo: none(id('done_to'), 'how far the list was gone through, by random ids'),
      changedAt: none(moment('changed_at').notNull(), 'when it was changed last'),
      endedAt: none(moment('ended_at'), 'when it was over'),
    },
  },
  (table) => [index('campaign_state').on(table.state, table.sendAt)],
);
export type CampaignRow = typeof campaign.$inferSelect;

/** How long the link that confirms a newsletter works; then nothing is left of who asked. */
export const CONFIRM_HOURS = 48;

export const newsletterAsked = mapped(
  'newsletter_asked',
  {
    about: 'Addresses that the newsletter was asked for and that nobody has confirmed yet',
    subject: {
      kind: 'nobody',
      why: 'it is not known whether whoever asked has the address; it is sealed under a key of its own',
    },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      token: none(hash('token_hash').notNull(), 'hash of a random token: of the link that confirms it'),
      /** Null: the mail is out, or given up. */
      mailAt: none(moment('mail_at'), 'when the mail with the link is tried next'),
      attempts: none(integer('attempts').notNull().default(0), 'how often the mail was tried'),
      until: none(moment('until').notNull(), 'when it is over; it goes with its key'),
      content: none(
        bytes('content').notNull(),
        `the address, sealed under a key of this row, which dies ${CONFIRM_HOURS} hours after it was asked, or when it is confirmed`,
      ),
    },
  },
  (table) => [
    uniqueIndex('newsletter_asked_token').on(table.token),
    index('newsletter_asked_mail').on(table.mailAt),
    index('newsletter_asked_until').on(table.until),
  ],
);
export type NewsletterAsked = typeof newsletterAsked.$inferSelect;

/** Whoever came by the newsletter, without an account; their consent stands in the consent ledger as all others. */
export const newsletterReader = mapped(
  'newsletter_reader',
  {
    about: 'That you came to us by the newsletter, without an account',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      person: refers(
        'person',
        id('person_id')
          .primaryKey()
          .references(() => person.id),
        subjectId('Person'),
      ),
      since: stored(moment('since').notNull(), occurred('Confirmed the address')),
    },
  },
  (table) => [index('newsletter_reader_since').on(table.since)],
);

export const promotionalMail = mapped(
  'promotional_mail',
  {
    about: 'Promotional mail that you were sent',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: LINK_DAYS, event: 'at' },
    columns: {
      /** Also in its Message-ID. */
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      campaign: none(id('campaign_id').notNull(), 'the campaign, by its random number'),
      token: none(hash('token_hash').notNull(), 'hash of a random token: of the link to unsubscribe'),
      state: stored(text('state', { enum: PROMOTIONAL_STATES }).notNull(), {
        ...setting('How far it is'),
        source: 'observed',
      }),
      attempts: none(integer('attempts').notNull(), 'how often it was tried'),
      nextAt: none(moment('next_at').notNull(), 'when it is tried next'),
      at: stored(moment('at').notNull(), occurred('Written at')),
      sentAt: stored(moment('sent_at'), occurred('Sent at')),
    },
  },
  (table) => [
    // At most once, whatever is killed meanwhile.
    uniqueIndex('promotional_mail_once').on(table.campaign, table.person),
    uniqueIndex('promotional_mail_token').on(table.token),
    index('promotional_mail_person').on(table.person),
    index('promotional_mail_state').on(table.campaign, table.state),
    index('promotional_mail_at').on(table.at),
  ],
);
