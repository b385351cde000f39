/** Tables of the rights that a person uses: which subjects are restricted, and what stood there before a correction. */
import { index, text, unique } from 'drizzle-orm/pg-core';
import { id, moment } from '../columns.ts';
import { none, refers, sealed, stored } from '../map/columns.ts';
import { PLAIN, subjectId } from '../map/presets.ts';
import { mapped } from '../map/table.ts';

const request = {
  class: 'user.privacy_preferences',
  purposes: ['rights'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what was asked for is not changed; it is asked anew' },
  erase: 'delete row',
} as const;

/** A subject with a row here is restricted (GDPR Art. 18): kept, used for nothing but keeping safe, rights and law. */
export const restriction = mapped(
  'restriction',
  {
    about: 'That the use of somebody’s data, or of their account’s, is restricted.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers('person', id('person_id').notNull(), subjectId('Who asked for it')),
      account: refers(
        'account',
        id('account_id'),
        subjectId('An account that is theirs alone; none: the person’s own data'),
      ),
      since: stored(moment('since').notNull(), { ...request, label: 'Restricted since', plain: PLAIN.time }),
    },
  },
  (table) => [
    unique('restriction_subject').on(table.person, table.account).nullsNotDistinct(),
    index('restriction_account').on(table.account),
  ],
);

const earlier = {
  ...request,
  label: 'What stood there before',
  class: 'user.content.private',
  correct: { no: 'it is what stood there' },
  erase: 'key death',
} as const;
const ofTable = { ...request, label: 'In which table', plain: 'the name of a table of ours' } as const;
const ofColumn = { ...request, label: 'In which column', plain: 'the name of a column of ours' } as const;
const ofRow = { ...request, label: 'In which row', plain: 'the row’s random id, as text' } as const;
const correctedAt = { ...request, label: 'Corrected', plain: PLAIN.time } as const;
const endsAt = { ...request, label: 'Kept as long as the row, until', plain: PLAIN.time } as const;

/** Earlier values of a person's, where the map says that they are kept. */
export const correction = mapped(
  'correction',
  {
    about: 'What stood in a person’s data before they corrected it.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'endsAt', open: 'the row that was corrected stands' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers('person', id('person_id').notNull(), subjectId('Person')),
      table: stored(text('of_table').notNull(), ofTable),
      column: stored(text('of_column').notNull(), ofColumn),
      row: stored(text('of_row').notNull(), ofRow),
      earlier: sealed('earlier', earlier),
      at: stored(moment('at').notNull(), correctedAt),
      endsAt: stored(moment('ends_at'), endsAt),
    },
  },
  (table) => [index('correction_person').on(table.person)],
);

/** Earlier values of an account's. */
export const accountCorrection = mapped(
  'account_correction',
  {
    about: 'What stood in an account’s data before it was corrected.',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'days after', days: 0, event: 'endsAt', open: 'the row that was corrected stands' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      account: refers('account', id('account_id').notNull(), subjectId('Account')),
      table: stored(text('of_table').notNull(), ofTable),
      column: stored(text('of_column').notNull(), ofColumn),
      row: stored(text('of_row').notNull(), ofRow),
      earlier: sealed('earlier', earlier),
      at: stored(moment('at').notNull(), correctedAt),
      endsAt: stored(moment('ends_at'), endsAt),
    },
  },
  (table) => [index('account_correction_account').on(table.account)],
);
