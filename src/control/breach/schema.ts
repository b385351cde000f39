/**
 * The register of breaches (GDPR Art. 33(5)): rows that are added and never changed, so that a correction is another row; and
 * what whoever is affected was told. No role of the database may update either table.
 */
import { index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../../store/columns.ts';
import { none, refers, sealed, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { BREACH_EVENTS } from './words.ts';

/** Six years (45 CFR 164.530(j)(2)), leap days included. */
export const KEPT_DAYS = 2192;

const BY_ROLE = { no: 'who of the staff did it is told by their role' } as const;

export const breachRow = mapped(
  'breach_row',
  {
    about: 'Breaches of personal data, and what was done about them',
    subject: { kind: 'direct', of: 'person', column: 'by' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'at' },
    columns: {
      /** Also of its entry in the record. */
      id: none(id('id').primaryKey(), 'random number of the row'),
      breach: none(id('breach_id').notNull(), 'the breach, by its random number'),
      event: none(text('event', { enum: BREACH_EVENTS }).notNull(), 'what was done, a closed list'),
      role: none(text('role').notNull(), 'role of who did it, a word of a closed list'),
      by: refers('person', id('by_person'), {
        label: 'Who did it',
        class: 'user.workplace',
        purposes: ['rights', 'legal'],
        source: 'observed',
        access: BY_ROLE,
        export: BY_ROLE,
        correct: { no: 'what was done is not changed' },
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      at: none(moment('at').notNull(), 'when it was done'),
      content: none(bytes('content').notNull(), 'what it says, sealed under a key of the breach'),
    },
  },
  (table) => [
    index('breach_row_breach').on(table.breach, table.at),
    index('breach_row_by').on(table.by),
    index('breach_row_at').on(table.at),
  ],
);
export type BreachRow = typeof breachRow.$inferSelect;

const told = {
  class: 'user.privacy_preferences',
  purposes: ['rights', 'legal'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what you were told is not changed' },
} as const;

export const breachNotice = mapped(
  'breach_notice',
  {
    about: 'What you were told of a breach of data about you',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'at' },
    columns: {
      /** Also of its mail, and of its entry in the record. */
      id: none(id('id').primaryKey(), 'number of the row, which the breach and the person give'),
      breach: none(id('breach_id').notNull(), 'the breach, by its random number'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      words: sealed('words', { ...told, label: 'What you were told', erase: 'key death' }),
      at: stored(moment('at').notNull(), { ...told, label: 'When', erase: 'delete row', plain: PLAIN.time }),
    },
  },
  (table) => [
    uniqueIndex('breach_notice_once').on(table.breach, table.person),
    index('breach_notice_person').on(table.person, table.at),
    index('breach_notice_at').on(table.at),
  ],
);
