/**
 * Suspensions: a person, or a rule that somebody stated, stops an account; no model and no score does (AUTO-2). Ground
 * and reason are shown to the account's people, in the words that were written for them.
 */
import { sql } from 'drizzle-orm';
import { check, index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealed, sealedOrNull, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account, STAFF_ROLES } from '../accounts/schema.ts';

/** Why an account may be suspended: each is a section of the terms. */
export const SUSPENSION_GROUNDS = ['abuse', 'security', 'payment', 'legal_order', 'own_wish'] as const;
export type SuspensionGround = (typeof SUSPENSION_GROUNDS)[number];
/** Who acts at the desk; `operator` by command. */
export const DESK_ROLES = [...STAFF_ROLES, 'operator'] as const;
export type DeskRole = (typeof DESK_ROLES)[number];

const decided = {
  class: 'user.account',
  purposes: ['provide_service', 'security', 'support', 'rights'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'a decision is not changed; it is ended, and said why' },
  erase: 'delete row',
} as const;

export const suspension = mapped(
  'suspension',
  {
    about: 'When an account was suspended, by whom, on which ground and why',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      ground: stored(text('ground', { enum: SUSPENSION_GROUNDS }).notNull(), {
        ...decided,
        label: 'Ground',
        plain: PLAIN.choice,
      }),
      reason: sealed('reason', { ...decided, label: 'Reason', erase: 'key death' }),
      role: stored(text('role', { enum: DESK_ROLES }).notNull(), {
        ...decided,
        label: 'Decided by',
        plain: PLAIN.choice,
      }),
      at: stored(moment('at').notNull().defaultNow(), { ...decided, label: 'Since', plain: PLAIN.time }),
      endedAt: stored(moment('ended_at'), { ...decided, label: 'Until', plain: PLAIN.time }),
      endReason: sealedOrNull('end_reason', { ...decided, label: 'Why it ended', erase: 'key death' }),
    },
  },
  (table) => [
    index('suspension_account').on(table.account, table.at),
    // An account is suspended once at a time.
    uniqueIndex('suspension_standing').on(table.account).where(sql`${table.endedAt} is null`),
    check('suspension_end', sql`(${table.endedAt} is null) = (${table.endReason} is null)`),
  ],
);
