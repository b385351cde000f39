/**
 * Usage: one row for each request that reached an engine. Counts, times and ids; nothing of what was said.
 *
 * No foreign keys on the hot path: ids are checked against what control itself told the gateways before they get here.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { ENDINGS, ENDPOINTS } from '../../link/words.ts';
import { id, microUsd, moment } from '../../store/columns.ts';

export const usageRecord = pgTable(
  'usage_record',
  {
    /** The request's id. */
    id: id('id').primaryKey(),
    /** Null only in a tombstone: a void that came before its record. */
    account: id('account_id'),
    key: id('key_id'),
    model: integer('model').notNull().default(0),
    engine: integer('engine').notNull().default(0),
    endpoint: text('endpoint', { enum: ENDPOINTS }),
    startedAt: moment('started_at'),
    durationMs: bigint('duration_ms', { mode: 'number' }).notNull().default(0),
    firstByteMs: bigint('first_byte_ms', { mode: 'number' }).notNull().default(0),
    promptTokens: bigint('prompt_tokens', { mode: 'number' }).notNull().default(0),
    cachedTokens: bigint('cached_tokens', { mode: 'number' }).notNull().default(0),
    completionTokens: bigint('completion_tokens', { mode: 'number' }).notNull().default(0),
    reasoningTokens: bigint('reasoning_tokens', { mode: 'number' }).notNull().default(0),
    images: bigint('images', { mode: 'number' }).notNull().default(0),
    audioSeconds: bigint('audio_seconds', { mode: 'number' }).notNull().default(0),
    price: microUsd('price_microusd').notNull().default(0),
    ending: text('ending', { enum: ENDINGS }),
    estimated: boolean('estimated').notNull().default(false),
    stream: boolean('stream').notNull().default(false),
    /** The ledger entry that charged it; null when it cost nothing. */
    ledgerEntry: bigint('ledger_entry_id', { mode: 'number' }),
    /** The client was told that nothing was recorded, so nothing is charged. */
    voidedAt: moment('voided_at'),
  },
  (table) => [
    index('usage_record_account').on(table.account, table.startedAt),
    index('usage_record_key').on(table.key, table.startedAt),
    check(
      'usage_record_whole_or_tombstone',
      sql`(${table.account} is not null and ${table.key} is not null and ${table.startedAt} is not null) or ${table.voidedAt} is not null`,
    ),
  ],
);
