/** What only a law still keeps, apart from everything else; what a legal hold keeps where it is; what the clock said. */
import { sql } from 'drizzle-orm';
import { index, integer, text } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../columns.ts';
import { none, refers, sealedOrNull } from '../map/columns.ts';
import { PLAIN } from '../map/presets.ts';
import { mapped } from '../map/table.ts';

export const retained = mapped('retained', {
  about: 'What only a law still keeps of somebody who was erased: minimised, sealed under a key of its own',
  subject: {
    kind: 'nobody',
    why: 'holds no id of a person or an account, and only the columns that the law demands',
  },
  // Its key ends at the same time, so that the row opens not a moment longer.
  retention: { kind: 'days after', days: 0, event: 'until' },
  columns: {
    id: none(id('id').primaryKey(), 'random, the name of its key'),
    law: none(text('law').notNull(), 'a word of the closed list of laws'),
    source: none(text('source').notNull(), 'name of the table that the rows stood in'),
    rows: none(integer('rows').notNull(), 'how many rows it holds'),
    until: none(moment('until').notNull(), 'when the law lets it go'),
    content: none(bytes('content').notNull(), 'minimised rows, sealed under a key that dies with the law'),
  },
});

const GAGGED = { no: 'an order to keep data may forbid telling; the privacy officer answers' } as const;
const order = {
  class: 'user.privacy_preferences',
  purposes: ['legal'],
  source: 'partner',
  access: GAGGED,
  export: GAGGED,
  correct: { no: 'an order is not changed; it ends' },
} as const;

/** A hold has one row for each person and account that it names. A row without an end keeps what it names, and itself. */
export const legalHold = mapped(
  'legal_hold',
  {
    about: 'That data have to be kept for a dispute or an order, whatever else would end them.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 366, event: 'endedAt', open: 'the hold stands' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      hold: none(id('hold_id').notNull(), 'random number of the hold; its rows share it'),
      person: refers('person', id('person_id'), {
        ...order,
        label: 'Whose data are kept',
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      account: refers('account', id('account_id'), {
        ...order,
        label: 'Which account’s data are kept',
        erase: 'sever link',
        plain: PLAIN.id,
      }),
      tables: none(text('tables').array().notNull(), 'names of tables of the map'),
      /** Of tables that say of when a row is, rows since then and before then are kept, and no others; null: all. */
      since: none(moment('since'), 'from when on rows are kept'),
      before: none(moment('before'), 'until when rows are kept'),
      reason: sealedOrNull('reason', { ...order, label: 'Why they are kept', erase: 'key death' }),
      role: none(text('role').notNull(), 'role of who placed it, a word of a closed list'),
      placedAt: none(moment('placed_at').notNull(), 'when it was placed'),
      endedAt: none(moment('ended_at'), 'when it ended; none: it holds'),
    },
  },
  (table) => [
    index('legal_hold_of').on(table.hold),
    index('legal_hold_person').on(table.person),
    index('legal_hold_account').on(table.account),
    index('legal_hold_active').on(table.hold).where(sql`ended_at is null`),
  ],
);

export type LegalHoldRow = typeof legalHold.$inferSelect;

/** One row: what the clock said when it was last believed. */
export const clockMark = mapped('clock_mark', {
  about: 'The time that was last believed, so that a clock that jumps ahead destroys nothing.',
  subject: { kind: 'nobody', why: 'the clock of the instance' },
  retention: { kind: 'with instance' },
  columns: {
    id: none(integer('id').primaryKey(), 'always 1'),
    seenAt: none(moment('seen_at').notNull(), 'the time when it was last believed'),
    jumpedTo: none(moment('jumped_to'), 'where it jumped to, at the first look; none: it did not'),
  },
});
