/** People, accounts, and who belongs to which. */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../store/columns.ts';

/** How an account came to be: decides which agreements a person is still asked for at the first sign-in. */
export const WAYS = ['operator', 'trial'] as const;
/** What a person may do for everybody else's data, if anything. */
export const STAFF_ROLES = ['support', 'privacy', 'admin'] as const;
export const MEMBER_ROLES = ['owner', 'member'] as const;

/** Who signs in; the subject of data. */
export const person = pgTable('person', {
  id: id('id').primaryKey(),
  /** Normalised: trimmed, lower case, NFC. */
  email: text('email').notNull().unique(),
  name: text('name').notNull(),
  staffRole: text('staff_role', { enum: STAFF_ROLES }),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** Owns keys, credit, limits and usage. */
export const account = pgTable(
  'account',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    way: text('way', { enum: WAYS }).notNull(),
    active: boolean('active').notNull().default(true),
    /** Sum of the account's ledger, changed only together with it. */
    balance: microUsd('balance_microusd').notNull().default(0),
    requestsPerMinute: integer('requests_per_minute'),
    tokensPerMinute: integer('tokens_per_minute'),
    concurrency: integer('concurrency').default(200),
    budgetDay: microUsd('budget_day_microusd'),
    budgetMonth: microUsd('budget_month_microusd'),
    zeroRetention: boolean('zero_retention').notNull().default(true),
    allowTraining: boolean('allow_training').notNull().default(false),
    region: text('region'),
    allowSharedCache: boolean('allow_shared_cache').notNull().default(true),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    check(
      'account_limits_not_negative',
      sql`least(${table.requestsPerMinute}, ${table.tokensPerMinute}, ${table.concurrency}, ${table.budgetDay}, ${table.budgetMonth}) >= 0`,
    ),
  ],
);

/** Joins a person to an account. */
export const membership = pgTable(
  'membership',
  {
    person: id('person_id')
      .notNull()
      .references(() => person.id),
    account: id('account_id')
      .notNull()
      .references(() => account.id),
    role: text('role', { enum: MEMBER_ROLES }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.person, table.account] }),
    index('membership_account').on(table.account),
  ],
);
