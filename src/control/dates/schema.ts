/** Feeds of one's own dates, and what everybody is told of at once. */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

/** How long is known what was announced. */
const KNOWN_DAYS = 366;

export const calendarFeed = mapped(
  'calendar_feed',
  {
    about: 'That you have an address by which a calendar reads your dates',
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
      token: stored(hash('token_hash').notNull(), {
        label: 'Hash of the address',
        class: 'user.authorization.credentials',
        purposes: ['account'],
        source: 'derived',
        access: { no: 'of use only to who checks it' },
        export: { no: 'of use only to who checks it' },
        correct: { no: 'made anew where it is set' },
        erase: 'delete row',
        plain: 'a hash of a random token, made of nothing personal',
      }),
      since: stored(moment('since').notNull(), occurred('Made at')),
    },
  },
  (table) => [uniqueIndex('calendar_feed_token').on(table.token)],
);

/** What is announced, each by a letter of its own. */
export const ANNOUNCED = [
  'policy_changes',
  'price_changes',
  'terms_change',
  'policy_change_withdrawn',
  'terms_change_withdrawn',
  'recipient_comes',
  'dpa_change',
  'dpa_change_withdrawn',
] as const;

const FOR_ALL = 'written for all';

export const announcement = mapped(
  'announcement',
  {
    about: 'What everybody is told by service mail, and how far that is',
    subject: { kind: 'nobody', why: FOR_ALL },
    retention: { kind: 'days after', days: KNOWN_DAYS, event: 'endedAt', open: 'not everybody was told yet' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      template: none(
        text('template', { enum: ANNOUNCED }).notNull(),
        'which letter, a word of a closed list',
      ),
      /** Null: everybody. Else who pays for an account that has credit or used one of them of late. */
      models: none(integer('models').array(), 'numbers of the catalogue that it is about'),
      /** JSON. */
      values: none(text('values').notNull(), FOR_ALL),
      /** Whoever comes before was told already; null: nobody. */
      doneTo: none(id('done_to'), 'how far the list was gone through, by random ids'),
      /** Whoever comes after is not told; null: goes on to the last. */
      until: none(id('until_person'), 'how far the list goes, by random ids'),
      at: none(moment('at').notNull(), 'when it was announced'),
      endedAt: none(moment('ended_at'), 'when everybody was told'),
    },
  },
  (table) => [index('announcement_ended').on(table.endedAt)],
);
