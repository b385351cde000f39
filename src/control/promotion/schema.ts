/** Promotional mail (CHOICE-2): campaigns, and who was sent which. Service mail is another table, and stands in notices. */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

export const CAMPAIGN_STATES = ['draft', 'scheduled', 'sending', 'paused', 'cancelled', 'done'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/**
 * `waiting`: the mail server did not take it, and it is tried again. `sending`: handed over, whose answer is not there yet.
 * `unknown`: the answer never came; it may have arrived, so it is not sent again. `refused`: not taken for good.
 */
export const PROMOTIONAL_STATES = ['waiting', 'sending', 'sent', 'unknown', 'refused'] as const;

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

export const promotionalMail = mapped(
  'promotional_mail',
  {
    about: 'Promotional mail that you were sent',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: LINK_DAYS, event: 'at' },
    columns: {
      /** Also the left part of its Message-ID. */
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
