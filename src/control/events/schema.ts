/**
 * Events that staff announce, and who comes. A registration is about one person, with an account or without, and goes a
 * stated time after the event.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

export const EVENT_STATES = ['draft', 'open', 'cancelled'] as const;
/** `asked`: by somebody who has not shown yet that the address is theirs; it holds no place. */
export const REGISTRATION_STATES = ['asked', 'in', 'waiting', 'left'] as const;

/** An event is shown and kept for so long after its end; who came, for a shorter time. */
export const EVENT_DAYS = 90;
export const REGISTRATION_DAYS = 30;

const FOR_MANY = 'written for many; whoever writes it is told to name nobody';

export const event = mapped(
  'event',
  {
    about: 'Events that can be registered for',
    subject: { kind: 'nobody', why: FOR_MANY },
    retention: { kind: 'days after', days: EVENT_DAYS, event: 'endsAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      title: none(text('title').notNull(), FOR_MANY),
      words: none(text('words').notNull(), FOR_MANY),
      place: none(text('place').notNull(), 'where it is'),
      startsAt: none(moment('starts_at').notNull(), 'when it begins'),
      endsAt: none(moment('ends_at').notNull(), 'when it ends'),
      capacity: none(integer('capacity').notNull(), 'how many can come'),
      state: none(text('state', { enum: EVENT_STATES }).notNull(), 'how it stands, a closed list'),
      /** Null: nobody was reminded yet. */
      remindedAt: none(moment('reminded_at'), 'when whoever comes was reminded'),
      changedAt: none(moment('changed_at').notNull(), 'when it was changed last'),
    },
  },
  (table) => [
    index('event_starts').on(table.state, table.startsAt),
    index('event_ends').on(table.endsAt),
    check('event_lasts', sql`${table.endsAt} > ${table.startsAt}`),
    check('event_capacity', sql`${table.capacity} > 0`),
  ],
);
export type EventRow = typeof event.$inferSelect;

export const registration = mapped(
  'event_registration',
  {
    about: 'Who registered for which event',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      event: none(id('event_id').notNull(), 'the event, by its random number'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      title: stored(text('title').notNull(), {
        ...setting('Event'),
        class: 'user.content.private',
        purposes: ['support', 'rights'],
        plain: 'the title of a public event, as it was when they registered',
      }),
      state: stored(text('state', { enum: REGISTRATION_STATES }).notNull(), {
        ...setting('How it stands'),
        purposes: ['support', 'rights'],
      }),
      /** Of its page, which letters name. */
      link: none(hash('link_hash').notNull(), 'hash of a token that follows from the row’s number'),
      /** Of its letters, BCP 47. */
      language: none(
        text('language').notNull().default('en'),
        'the language of its letters, a word of a closed list',
      ),
      askedAt: stored(moment('asked_at').notNull(), occurred('Asked at')),
      confirmedAt: stored(moment('confirmed_at'), occurred('Confirmed at')),
      until: none(moment('until').notNull(), 'when it goes'),
    },
  },
  (table) => [
    uniqueIndex('event_registration_once').on(table.event, table.person),
    uniqueIndex('event_registration_link').on(table.link),
    index('event_registration_person').on(table.person),
    index('event_registration_state').on(table.event, table.state, table.confirmedAt),
    index('event_registration_until').on(table.until),
  ],
);
export type RegistrationRow = typeof registration.$inferSelect;
