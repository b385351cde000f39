/**
 * The ledger: every change of a balance, never altered. A trigger refuses UPDATE, DELETE and TRUNCATE to everybody but
 * the sweep, which moves apart what only the law still keeps; a mistake is put right by another entry. The sum of an
 * account's entries is its balance.
 */
import { sql } from 'drizzle-orm';
import { bigserial, boolean, check, index, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { PLAIN, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account } from '../accounts/schema.ts';

/**
 * `credit`: granted or corrected by hand, by the operator or a sign-up. `payment`: bought, without tax. `usage` charges a
 * group of requests, `void` gives the price of one or more back. `refund` and `dispute` take away what a payment brought
 * as far as the money went back, and bring it again where that came to nothing. `plan`: of a paid period. `forfeit`: given up with the account.
 */
export const LEDGER_KINDS = [
  'credit',
  'payment',
  'plan',
  'usage',
  'void',
  'refund',
  'dispute',
  'forfeit',
] as const;

const booked = {
  class: 'user.financial',
  purposes: ['billing', 'legal'],
  source: 'derived',
  access: 'yes',
  export: 'yes',
  correct: { no: 'the ledger only appends; a mistake is put right by another entry' },
  erase: 'keep minimised until',
} as const;

export const ledgerEntry = mapped(
  'ledger_entry',
  {
    about: 'Every change of a balance',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    law: { keeps: 'us-tax-records', since: 'at' },
    columns: {
      id: none(bigserial('id', { mode: 'number' }).primaryKey(), 'a running number'),
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      kind: stored(text('kind', { enum: LEDGER_KINDS }).notNull(), {
        ...booked,
        label: 'Kind',
        plain: PLAIN.choice,
      }),
      amount: stored(microUsd('amount_microusd').notNull(), {
        ...booked,
        label: 'Amount in micro-dollars',
        plain: PLAIN.amount,
      }),
      /** Why credit was added, in the operator's words; null for what the meter wrote. */
      reason: sealedOrNull('reason', { ...booked, label: 'Reason', source: 'given', erase: 'key death' }),
      at: stored(moment('at').notNull().defaultNow(), { ...booked, label: 'Booked at', plain: PLAIN.time }),
    },
  },
  (table) => [
    index('ledger_entry_account').on(table.account, table.id),
    check(
      'ledger_entry_kind',
      sql`${table.kind} in ('credit', 'payment', 'plan', 'usage', 'void', 'refund', 'dispute', 'forfeit')`,
    ),
    check(
      'ledger_entry_sign',
      sql`case when ${table.kind} in ('usage', 'forfeit') then ${table.amount} < 0 when ${table.kind} in ('void', 'payment', 'plan') then ${table.amount} > 0 else ${table.amount} <> 0 end`,
    ),
    check('ledger_entry_reason', sql`(${table.kind} = 'credit') = (${table.reason} is not null)`),
  ],
);

export const balanceWarning = mapped(
  'balance_warning',
  {
    about: 'Below which balances the people of an account are warned',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      level: stored(microUsd('level_microusd').notNull(), {
        ...setting('Below this balance in micro-dollars', PLAIN.amount),
        class: 'user.financial',
      }),
      /** Its people were told, and it has not risen above it since. */
      isBelow: stored(boolean('is_below').notNull(), {
        ...setting('It is below'),
        class: 'user.financial',
        source: 'derived',
        correct: { no: 'it follows from the balance' },
      }),
    },
  },
  (table) => [
    primaryKey({ columns: [table.account, table.level] }),
    check('balance_warning_level', sql`${table.level} > 0`),
  ],
);
