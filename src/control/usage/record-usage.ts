/**
 * The two statements that make usage durable. Each is one transaction of its own (one round trip, one flush of the
 * log), idempotent, and right in any order with the other and with itself: the primary key decides.
 */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';
import type { UsageRecord } from '../../link/words.ts';
import { SUMMED, storeSums, sumsOf, takeOffSums } from './day-sums.ts';

/** Column, type, and the field of a record that fills it. */
const COLUMNS = [
  ['id', 'uuid', 'id'],
  ['account_id', 'uuid', 'account'],
  ['key_id', 'uuid', 'key'],
  ['model', 'integer', 'model'],
  ['engine', 'integer', 'engine'],
  ['endpoint', 'text', 'endpoint'],
  ['started_ms', 'bigint', 'startedAt'],
  ['duration_ms', 'bigint', 'durationMs'],
  ['first_byte_ms', 'bigint', 'firstByteMs'],
  ['prompt_tokens', 'bigint', 'promptTokens'],
  ['cached_tokens', 'bigint', 'cachedTokens'],
  ['completion_tokens', 'bigint', 'completionTokens'],
  ['reasoning_tokens', 'bigint', 'reasoningTokens'],
  ['images', 'bigint', 'images'],
  ['audio_seconds', 'bigint', 'audioSeconds'],
  ['price_microusd', 'bigint', 'price'],
  ['ending', 'text', 'ending'],
  ['estimated', 'boolean', 'estimated'],
  ['stream', 'boolean', 'stream'],
] as const satisfies readonly (readonly [string, string, keyof UsageRecord])[];

const given = COLUMNS.map(([name]) => name).join(', ');
const arrays = COLUMNS.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ');
const stored = COLUMNS.map(([name]) => (name === 'started_ms' ? 'started_at' : name)).join(', ');
const values = COLUMNS.map(([name]) =>
  name === 'started_ms' ? 'to_timestamp(started_ms / 1000.0)' : `given.${name}`,
).join(', ');

/**
 * Inserts the records that are not there yet, adds them to the sums of their day, charges each account once for all of
 * its new ones, and answers the places (from 1) of all others: those that were there before, and those whose account was
 * erased meanwhile, which are kept nowhere. The lock on the account makes an erasure wait for us, or us for it; taken in
 * the order of ids, it also keeps two writers from waiting for each other at balances and sums. Numbers of ledger
 * entries are drawn first, so that each record can name its entry; a number whose records were all there before is left
 * unused.
 */
const RECORD = {
  name: 'record-usage',
  text: `
    with given as materialized (
      select * from unnest(${arrays}) with ordinality as given(${given}, place)
    ), payer as materialized (
      select id from account where id in (select account_id from given) order by id for no key update
    ), entry as materialized (
      select account_id, nextval('ledger_entry_id_seq') as number from given join payer on payer.id = account_id
      where price_microusd > 0 group by account_id
    ), fresh as (
      insert into usage_record (${stored}, ledger_entry_id)
      select ${values}, case when given.price_microusd > 0 then entry.number end
      from given join payer on payer.id = given.account_id left join entry using (account_id)
      on conflict (id) do nothing
      returning id, ledger_entry_id, ${SUMMED}
    ), sums as (${sumsOf('fresh')}
    ), summed as (${storeSums('added', 'sums')}
    ), charge as (
      select account_id, ledger_entry_id, sum(price_microusd)::bigint as amount
      from fresh where ledger_entry_id is not null group by account_id, ledger_entry_id
    ), charged as (
      insert into ledger_entry (id, account_id, kind, amount_microusd)
      select ledger_entry_id, account_id, 'usage', -amount from charge
    ), balanced as (
      update account set balance_microusd = balance_microusd - charge.amount
      from charge where account.id = charge.account_id
    )
    select given.place::int as place, not exists (select from payer where payer.id = given.account_id) as dropped
    from given where not exists (select from fresh where fresh.id = given.id)`,
};

/**
 * Marks requests as not charged. One whose record is there gets its price back and leaves the sums of its day; one whose
 * record is yet to come leaves a tombstone that the record will find. Answers what was given back. Accounts are locked
 * first, as an erasure does.
 */
const VOID = {
  name: 'void-usage',
  text: `
    with payer as materialized (
      select id from account where id in (select account_id from usage_record where id = any($1::uuid[]))
      order by id for no key update
    ), voided as (
      insert into usage_record (id, voided_at)
      select distinct id, now() from unnest($1::uuid[]) as given(id), (select count(*) from payer) as locked
      on conflict (id) do update set voided_at = excluded.voided_at where usage_record.voided_at is null
      returning ${SUMMED}
    ), sums as (${sumsOf('voided where account_id is not null')}
    ), summed as (${takeOffSums('sums')}
    ), refund as (
      select account_id, sum(price_microusd)::bigint as amount
      from voided where price_microusd > 0 group by account_id
    ), refunded as (
      insert into ledger_entry (account_id, kind, amount_microusd) select account_id, 'void', amount from refund
    ), balanced as (
      update account set balance_microusd = balance_microusd + refund.amount
      from refund where account.id = refund.account_id
    )
    select replace(account_id::text, '-', '') as account, replace(key_id::text, '-', '') as key,
      (extract(epoch from started_at) * 1000)::bigint as started_ms, price_microusd as price,
      prompt_tokens, completion_tokens
    from voided where account_id is not null`,
};

/** A charged record that was voided. */
export interface Refund {
  readonly account: Id;
  readonly key: Id;
  readonly startedAt: number;
  readonly price: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** An array of PostgreSQL. Its items are ids, numbers, flags and words of closed lists: nothing to escape. */
const arrayOf = (items: readonly (string | number | boolean)[]): string => `{${items.join(',')}}`;

/** What became of records, by their places from 0; those in neither set are durable now. */
export interface Recorded {
  /** Durable before. */
  readonly known: ReadonlySet<number>;
  /** Of accounts that are erased: kept nowhere. */
  readonly dropped: ReadonlySet<number>;
}

/** Makes `records` (ids all different) durable, but for those of accounts that are no more. */
export async function recordUsage(client: pg.Client, records: readonly UsageRecord[]): Promise<Recorded> {
  const found = await client.query<{ place: number; dropped: boolean }>({
    ...RECORD,
    values: COLUMNS.map(([, , field]) => arrayOf(records.map((record) => record[field]))),
  });
  const places = (dropped: boolean) =>
    new Set(found.rows.filter((row) => row.dropped === dropped).map((row) => row.place - 1));
  return { known: places(false), dropped: places(true) };
}

/** Voids the requests with these ids, whether their records are there or not. Answers what was given back. */
export async function voidUsage(client: pg.Client, ids: readonly Id[]): Promise<readonly Refund[]> {
  const found = await client.query<{
    account: string;
    key: string;
    started_ms: string;
    price: string;
    prompt_tokens: string;
    completion_tokens: string;
  }>({
    ...VOID,
    values: [arrayOf(ids)],
  });
  return found.rows.map((row) => ({
    account: row.account,
    key: row.key,
    startedAt: Number(row.started_ms),
    price: Number(row.price),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
  }));
}
