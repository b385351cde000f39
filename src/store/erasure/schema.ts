/** Tables of erasure: which are under way, and which processors have to be told. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../columns.ts';
import { none, refers } from '../map/columns.ts';
import { PLAIN } from '../map/presets.ts';
import { mapped } from '../map/table.ts';

/**
 * `scheduled`: in the grace. `begun`: the ledger has it or is about to; it is carried through whatever happens.
 * `held`: done but for what a legal hold keeps. `done`, `cancelled`: over.
 */
const ERASURE_STATES = ['scheduled', 'begun', 'held', 'done', 'cancelled'] as const;

const request = {
  class: 'user.privacy_preferences',
  purposes: ['rights'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what was asked for is not changed; it can be cancelled' },
  erase: 'sever link',
} as const;

const OPEN = sql`state in ('scheduled', 'begun', 'held')`;

export const erasure = mapped(
  'erasure',
  {
    about: 'That a person or an account is to be erased, is being erased, or was.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 3660, event: 'doneAt', or: 'askedAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers('person', id('person_id'), { ...request, label: 'Who is erased', plain: PLAIN.id }),
      account: refers('account', id('account_id'), {
        ...request,
        label: 'Which account is erased',
        plain: PLAIN.id,
      }),
      state: none(
        text('state', { enum: ERASURE_STATES }).notNull(),
        'how far it is, a word of a closed list',
      ),
      role: none(text('role').notNull(), 'role of who asked for it, a word of a closed list'),
      suppressed: none(
        boolean('suppressed').notNull(),
        'whether a value stays in the key store to keep it out',
      ),
      askedAt: none(moment('asked_at').notNull(), 'when it was asked for'),
      dueAt: none(moment('due_at').notNull(), 'when it begins'),
      toldAt: none(moment('told_at'), 'when its person was told that it begins within the hour'),
      begunAt: none(moment('begun_at'), 'when it began'),
      doneAt: none(moment('done_at'), 'when it was done'),
      cause: none(id('cause'), 'the erasure of a person that ends this account, by its random number'),
      rows: none(integer('rows').notNull(), 'how many rows were deleted or let go of'),
      held: none(text('held').array().notNull(), 'names of tables that a legal hold keeps'),
      entry: none(id('entry'), 'its last entry in the record'),
    },
  },
  (table) => [
    uniqueIndex('erasure_open_person').on(table.person).where(OPEN),
    uniqueIndex('erasure_open_account').on(table.account).where(OPEN),
    index('erasure_due').on(table.state, table.dueAt).where(OPEN),
    index('erasure_person').on(table.person),
    index('erasure_account').on(table.account),
    index('erasure_cause').on(table.cause).where(OPEN),
  ],
);

export type ErasureRow = typeof erasure.$inferSelect;

export const outbox = mapped(
  'outbox',
  {
    about: 'That a processor has to be told of an erasure.',
    subject: {
      kind: 'nobody',
      why: 'it names a subject by a random id whose key is gone; the processor needs it until it has answered',
    },
    retention: { kind: 'days after', days: 366, event: 'doneAt', or: 'nextAt' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      erasure: none(id('erasure_id').notNull(), 'the erasure, by its random number'),
      processor: none(text('processor').notNull(), 'name of a processor'),
      kind: none(text('kind', { enum: ['person', 'account'] }).notNull(), 'a word of a closed list'),
      subject: none(id('subject_id'), 'random id of who is erased; none once the processor has answered'),
      attempts: none(integer('attempts').notNull(), 'how often it was tried'),
      nextAt: none(moment('next_at').notNull(), 'when it is tried next'),
      doneAt: none(moment('done_at'), 'when the processor had forgotten'),
    },
  },
  (table) => [
    uniqueIndex('outbox_once').on(table.erasure, table.processor, table.subject),
    index('outbox_next').on(table.nextAt).where(sql`done_at is null`),
  ],
);
