/**
 * Comments on pages of the documentation and the changelog: shown once somebody here has read them, under the name that
 * their author chose, or none. Sealed like all free text, and gone with their author.
 */
import { index, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealed, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { COMMENT_STATES, REFUSAL_REASONS } from './kinds.ts';

/** After it was changed last, in days; one that is not shown goes earlier. */
export const COMMENT_DAYS = 731;
export const REFUSED_DAYS = 90;

const written = {
  class: 'user.content.private',
  purposes: ['provide_service', 'support', 'rights'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'changed on its page' },
  erase: 'key death',
} as const;
const stands = { purposes: ['provide_service', 'rights'], source: 'observed' } as const;

export const comment = mapped(
  'comment',
  {
    about: 'Comments on pages of the documentation and the changelog',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      page: stored(text('page').notNull(), {
        ...setting('Page'),
        class: 'user.content.private',
        purposes: ['provide_service', 'rights'],
        plain: 'the address of a public page',
      }),
      name: sealedOrNull('shown_name', { ...written, class: 'user.account.username', label: 'Shown under' }),
      words: sealed('words', { ...written, label: 'Comment' }),
      state: stored(text('state', { enum: COMMENT_STATES }).notNull(), {
        ...setting('How it stands'),
        ...stands,
      }),
      reason: stored(text('reason', { enum: REFUSAL_REASONS }), {
        ...setting('Why it is not shown'),
        ...stands,
      }),
      at: stored(moment('written_at').notNull(), occurred('Written at')),
      /** A decision is about what was there at this moment. */
      changedAt: stored(moment('changed_at').notNull(), occurred('Changed at')),
      until: none(moment('until').notNull(), 'when it goes'),
    },
  },
  (table) => [
    index('comment_page').on(table.page, table.state, table.at),
    index('comment_person').on(table.person, table.page),
    index('comment_state').on(table.state, table.changedAt),
    index('comment_until').on(table.until),
  ],
);
export type CommentRow = typeof comment.$inferSelect;
