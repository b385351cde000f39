/**
 * Usage: one row for each request that reached an engine, and what the requests of a day add up to. Counts, times and
 * ids; nothing of what was said.
 *
 * No foreign keys on the hot path: ids are checked against what control itself told the gateways before they get here,
 * and a record whose account is gone is not inserted (`record-usage.ts`).
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { ENDINGS, ENDPOINTS } from '../../link/words.ts';
import { id, microUsd, moment } from '../../store/columns.ts';
import { refers, stored } from '../../store/map/columns.ts';
import { PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';

/** A month's bill can be looked into for a year after it. */
export const USAGE_DAYS = 400;

const metered = (label: string, plain: string = PLAIN.count) =>
  ({
    label,
    class: 'user.behavior',
    purposes: ['provide_service', 'billing', 'security'],
    source: 'observed',
    access: 'yes',
    export: 'yes',
    correct: { no: 'measured; a wrong charge is put right in the ledger' },
    erase: 'delete row',
    plain,
  }) as const;

const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

export const usageRecord = mapped(
  'usage_record',
  {
    about: 'Usage records: one for each request that reached an engine',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'days after', days: USAGE_DAYS, event: 'startedAt', or: 'voidedAt' },
    columns: {
      /** The request's id. */
      id: stored(id('id').primaryKey(), metered('Request', PLAIN.id)),
      /** Null only in a tombstone: a void that came before its record. */
      account: refers('account', id('account_id'), subjectId('Account')),
      key: stored(id('key_id'), metered('API key', PLAIN.id)),
      model: stored(integer('model').notNull().default(0), metered('Model', 'a number of the catalogue')),
      engine: stored(
        integer('engine').notNull().default(0),
        metered('Engine', 'a number of the configuration'),
      ),
      endpoint: stored(text('endpoint', { enum: ENDPOINTS }), metered('Endpoint', PLAIN.choice)),
      startedAt: stored(moment('started_at'), metered('Started at', PLAIN.time)),
      durationMs: stored(count('duration_ms'), metered('Duration in ms')),
      firstByteMs: stored(count('first_byte_ms'), metered('First byte after ms')),
      promptTokens: stored(count('prompt_tokens'), metered('Prompt tokens')),
      cachedTokens: stored(count('cached_tokens'), metered('Cached tokens')),
      completionTokens: stored(count('completion_tokens'), metered('Completion tokens')),
      reasoningTokens: stored(count('reasoning_tokens'), metered('Reasoning tokens')),
      images: stored(count('images'), metered('Images')),
      audioSeconds: stored(count('audio_seconds'), metered('Seconds of audio')),
      price: stored(
        microUsd('price_microusd').notNull().default(0),
        metered('Price in micro-dollars', PLAIN.amount),
      ),
      ending: stored(text('ending', { enum: ENDINGS }), metered('How it ended', PLAIN.choice)),
      estimated: stored(
        boolean('estimated').notNull().default(false),
        metered('Counts are estimated', PLAIN.choice),
      ),
      stream: stored(boolean('stream').notNull().default(false), metered('Streamed', PLAIN.choice)),
      /** The ledger entry that charged it; null when it cost nothing. */
      ledgerEntry: stored(
        bigint('ledger_entry_id', { mode: 'number' }),
        metered('Ledger entry', 'a running number'),
      ),
      /** The client was told that nothing was recorded, so nothing is charged. */
      voidedAt: stored(moment('voided_at'), metered('Voided at', PLAIN.time)),
    },
  },
  (table) => [
    index('usage_record_account').on(table.account, table.startedAt),
    index('usage_record_key').on(table.key, table.startedAt),
    // For the retention sweep: rows come in the order of time, so a block range index is all it needs.
    index('usage_record_started').using('brin', table.startedAt),
    check(
      'usage_record_whole_or_tombstone',
      sql`(${table.account} is not null and ${table.key} is not null and ${table.startedAt} is not null) or ${table.voidedAt} is not null`,
    ),
  ],
);

const summed = (label: string, plain: string = PLAIN.count) =>
  ({
    label,
    class: 'user.behavior',
    purposes: ['provide_service', 'billing', 'security'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'a sum of usage records; a wrong charge is put right in the ledger' },
    erase: 'delete row',
    plain,
  }) as const;

export const usageDay = mapped(
  'usage_day',
  {
    about: 'Usage by day: what the requests of a day (UTC) add up to, for each model and API key',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    // Counted from where the day begins, so that no sum outlives a record of it.
    retention: { kind: 'days after', days: USAGE_DAYS, event: 'day' },
    columns: {
      account: refers('account', id('account_id').notNull(), subjectId('Account')),
      /** Where it begins. */
      day: stored(moment('day').notNull(), summed('Day', PLAIN.time)),
      model: stored(integer('model').notNull(), summed('Model', 'a number of the catalogue')),
      key: stored(id('key_id').notNull(), summed('API key', PLAIN.id)),
      /** What was voided does not count, here and in all that follows. */
      requests: stored(count('requests'), summed('Requests')),
      promptTokens: stored(count('prompt_tokens'), summed('Prompt tokens')),
      cachedTokens: stored(count('cached_tokens'), summed('Cached tokens')),
      completionTokens: stored(count('completion_tokens'), summed('Completion tokens')),
      reasoningTokens: stored(count('reasoning_tokens'), summed('Reasoning tokens')),
      price: stored(
        microUsd('price_microusd').notNull().default(0),
        summed('Price in micro-dollars', PLAIN.amount),
      ),
    },
  },
  (table) => [
    primaryKey({ columns: [table.account, table.day, table.model, table.key] }),
    index('usage_day_key').on(table.key, table.day),
    // For the retention sweep, as above.
    index('usage_day_day').using('brin', table.day),
  ],
);
