/**
 * The ledger: every change of a balance, never altered. A trigger refuses UPDATE, DELETE and TRUNCATE; a mistake is
 * put right by another entry. The sum of an account's entries is its balance.
 */
import { sql } from 'drizzle-orm';
import { bigserial, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../store/columns.ts';
import { account } from '../accounts/schema.ts';

/** `credit` adds (or corrects), `usage` charges a group of requests, `void` gives the price of one or more back. */
export const LEDGER_KINDS = ['credit', 'usage', 'void'] as const;

export const ledgerEntry = pgTable(
  'ledger_entry',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    account: id('account_id')
      .notNull()
      .references(() => account.id),
    kind: text('kind', { enum: LEDGER_KINDS }).notNull(),
    amount: microUsd('amount_microusd').notNull(),
    /** Why credit was added, in the operator's words; null for what the meter wrote. */
    reason: text('reason'),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [
    index('ledger_entry_account').on(table.account, table.id),
    check('ledger_entry_kind', sql`${table.kind} in ('credit', 'usage', 'void')`),
    check(
      'ledger_entry_sign',
      sql`case ${table.kind} when 'usage' then ${table.amount} < 0 when 'void' then ${table.amount} > 0 else ${table.amount} <> 0 end`,
    ),
    check('ledger_entry_reason', sql`(${table.kind} = 'credit') = (${table.reason} is not null)`),
  ],
);
