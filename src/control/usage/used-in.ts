/** What an account or a key has used in a window, as its records say; voided ones do not count. */
import type pg from 'pg';
import type { Meter, MeterKind } from '../../link/words.ts';

/** What each kind of limit adds up. */
const SUMS: Readonly<Partial<Record<MeterKind, string>>> = {
  requests: 'count(*)',
  tokens: 'coalesce(sum(prompt_tokens + completion_tokens), 0)',
  day: 'coalesce(sum(price_microusd), 0)',
  month: 'coalesce(sum(price_microusd), 0)',
};

/** Units of `meter` used from `startsAt` until before `endsAt`, ms since 1970; 0 for meters without window. */
export async function usedIn(
  client: pg.Client,
  { kind, of }: Meter,
  { startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number },
): Promise<number> {
  const sum = SUMS[kind];
  if (sum === undefined) return 0;
  const found = await client.query<{ used: string }>({
    name: `used-in-${kind}`,
    text: `
      select ${sum}::bigint as used from usage_record
      where (account_id = $1 or key_id = $1) and started_at >= to_timestamp($2 / 1000.0)
        and started_at < to_timestamp($3 / 1000.0) and voided_at is null`,
    values: [of, startsAt, endsAt],
  });
  return Number(found.rows[0]?.used ?? 0);
}
