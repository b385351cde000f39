/** API keys. The secret itself is never stored: only its HMAC-SHA-256 under the instance's pepper. */
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { hash, id, microUsd, moment } from '../../store/columns.ts';
import { account } from '../accounts/schema.ts';

export const KEY_STATES = ['active', 'revoked'] as const;

export const apiKey = pgTable(
  'api_key',
  {
    id: id('id').primaryKey(),
    account: id('account_id')
      .notNull()
      .references(() => account.id),
    hash: hash('hash').notNull().unique(),
    name: text('name').notNull(),
    state: text('state', { enum: KEY_STATES }).notNull().default('active'),
    requestsPerMinute: integer('requests_per_minute'),
    tokensPerMinute: integer('tokens_per_minute'),
    concurrency: integer('concurrency'),
    budgetDay: microUsd('budget_day_microusd'),
    budgetMonth: microUsd('budget_month_microusd'),
    expiresAt: moment('expires_at'),
    /** Catalogue numbers; null is all. */
    models: integer('models').array(),
    /** CIDR networks; null is all. */
    networks: text('networks').array(),
    createdAt: moment('created_at').notNull().defaultNow(),
    revokedAt: moment('revoked_at'),
    /** To the day only: enough to find forgotten keys, too coarse to follow a person. */
    lastUsedOn: date('last_used_on'),
  },
  (table) => [
    index('api_key_account').on(table.account),
    check(
      'api_key_limits_not_negative',
      sql`least(${table.requestsPerMinute}, ${table.tokensPerMinute}, ${table.concurrency}, ${table.budgetDay}, ${table.budgetMonth}) >= 0`,
    ),
    check('api_key_revoked_at', sql`(${table.state} = 'revoked') = (${table.revokedAt} is not null)`),
  ],
);
