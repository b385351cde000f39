/**
 * What the database holds of the ledgers outside of it: of the record what receipts need and whose they are, of another
 * ledger how far the rows have been brought up to it.
 */
import { sql } from 'drizzle-orm';
import { bigint, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../columns.ts';
import { none, refers, sealedOrNull } from '../map/columns.ts';
import { PLAIN } from '../map/presets.ts';
import { mapped } from '../map/table.ts';

const ofARight = {
  class: 'user.privacy_preferences',
  purposes: ['rights', 'legal'],
  source: 'observed',
  access: 'yes',
  export: 'yes',
  correct: { no: 'the record is never changed' },
  erase: 'sever link',
} as const;

export const recordEntry = mapped(
  'record_entry',
  {
    about: 'That an act stands in the tamper-evident record, and what a receipt for it needs.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      index: none(bigint('index', { mode: 'number' }), 'place in the record; none until it is there'),
      kind: none(text('kind').notNull(), 'kind of the act, a word of a closed list; also in the openings'),
      role: none(text('role').notNull(), 'role of who acted, a word of a closed list; also in the openings'),
      at: none(moment('at').notNull(), 'when it was written; also in the openings'),
      salt1: none(bytes('salt1').notNull(), 'a random number that auditors get'),
      contentHash: none(bytes('content_hash').notNull(), 'a hash under a secret salt'),
      person: refers('person', id('person_id'), { ...ofARight, label: 'Whom it is about', plain: PLAIN.id }),
      account: refers('account', id('account_id'), {
        ...ofARight,
        label: 'The account that it is about',
        plain: PLAIN.id,
      }),
      secret: sealedOrNull('secret', {
        ...ofARight,
        label: 'What it proves',
        access: { no: 'it is handed out as a receipt' },
        export: { no: 'it is handed out as a receipt' },
        erase: 'key death',
      }),
      open: none(text('open'), 'the same of an act that is about nobody'),
    },
  },
  (table) => [
    uniqueIndex('record_entry_index').on(table.index),
    index('record_entry_person').on(table.person),
    index('record_entry_account').on(table.account),
    // The newest entry of a kind that is about nobody: what the system last said of itself.
    index('record_entry_system').on(table.kind, table.at).where(sql`${table.open} is not null`),
  ],
);

export type EntryRow = typeof recordEntry.$inferSelect;

/** One row for each ledger whose lines are put into the rows; it goes back with them when a database is restored. */
export const ledgerMark = mapped('ledger_mark', {
  about: 'How far the rows have been brought up to a ledger outside the database.',
  subject: { kind: 'nobody', why: 'a place in a file' },
  retention: { kind: 'with instance' },
  columns: {
    ledger: none(text('ledger').primaryKey(), 'name of the ledger, a word of a closed list'),
    lines: none(integer('lines').notNull(), 'how many of its lines the rows agree with'),
    last: none(
      text('last').notNull(),
      'a checksum of these lines, or of the last, which tells one ledger from another',
    ),
  },
});
