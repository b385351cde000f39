/** What an account or a key has used in a window, as records and sums say; what was voided does not count. */
import type pg from 'pg';
import type { Meter, MeterKind } from '../../link/words.ts';

/** Units of an account or key ($1) from $2 until before $3, ms since 1970. */
const ofRecords = (sum: string): string => `
  select ${sum}::bigint as used from usage_record
  where (account_id = $1 or key_id = $1) and started_at >= to_timestamp($2 / 1000.0)
    and started_at < to_timestamp($3 / 1000.0) and voided_at is null`;

/** Budgets are of whole days (UTC), whose sums are there. */
const ofDays = (column: string): string => `
  select coalesce(sum(${column}), 0)::bigint as used from usage_day
  where (account_id = $1 or key_id = $1) and day >= to_timestamp($2 / 1000.0)
    and day < to_timestamp($3 / 1000.0)`;

const STATEMENTS: Readonly<Partial<Record<MeterKind, string>>> = {
  requests: ofRecords('count(*)'),
  tokens: ofRecords('coalesce(sum(prompt_tokens + completion_tokens), 0)'),
  day: ofDays('price_microusd'),
  month: ofDays('price_microusd'),
  day_tokens: ofDays('prompt_tokens + completion_tokens'),
  month_tokens: ofDays('prompt_tokens + completion_tokens'),
};

/** Units of `meter` used from `startsAt` until before `endsAt`, ms since 1970; 0 for meters without window. */
export async function usedIn(
  client: pg.Client,
  { kind, of }: Meter,
  { startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number },
): Promise<number> {
  const text = STATEMENTS[kind];
  if (text === undefined) return 0;
  const found = await client.query<{ used: string }>({
    name: `used-in-${kind}`,
    text,
    values: [of, startsAt, endsAt],
  });
  return Number(found.rows[0]?.used ?? 0);
}
