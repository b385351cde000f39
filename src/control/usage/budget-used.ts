/** What an account or a key has spent in a window: the sum of its records that were not voided. */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';

const USED = {
  name: 'budget-used',
  text: `
    select coalesce(sum(price_microusd), 0)::bigint as used from usage_record
    where (account_id = $1 or key_id = $1) and started_at >= to_timestamp($2 / 1000.0)
      and started_at < to_timestamp($3 / 1000.0) and voided_at is null`,
};

/** Micro-dollars spent by `of` (an account's or a key's id) from `startsAt` until before `endsAt`, ms since 1970. */
export async function budgetUsed(
  client: pg.Client,
  of: Id,
  startsAt: number,
  endsAt: number,
): Promise<number> {
  const found = await client.query<{ used: string }>({ ...USED, values: [of, startsAt, endsAt] });
  return Number(found.rows[0]?.used ?? 0);
}
