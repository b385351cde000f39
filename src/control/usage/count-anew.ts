/**
 * Finds accounts whose sums of a day are not those of its records, and counts such a day anew: what is recorded holds.
 * Each statement sees records and sums as of one moment, and both are committed together, so usage may go on meanwhile.
 */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';
import { accountsThatDiffer, EMPTY_SUMS, storeSums, sumsOf } from './day-sums.ts';

/** Accounts that are being erased lose records and sums batch by batch, or keep what a legal hold names. */
const STAYS = `not exists (select from erasure where account_id = account.id and state in ('begun', 'held'))`;

const ACCOUNTS = `select replace(id::text, '-', '') as id from account
  where ($1::uuid is null or id > $1) and ${STAYS} order by id limit $2`;

const recorded = (account: string): string => `usage_record
  where ${account} and voided_at is null and started_at >= $2::timestamptz and started_at < $2::timestamptz + interval '24 hours'`;

const DIFFERING = `
  with counted as (${sumsOf(recorded('account_id = any($1::uuid[])'))}),
    stored as (select * from usage_day where account_id = any($1::uuid[]) and day = $2)
  select replace(account_id::text, '-', '') as id from (${accountsThatDiffer('counted', 'stored')}) as differing`;

/** So that no record of the account is written between what follows. */
const LOCK = `select from account where id = $1 and ${STAYS} for no key update`;
const EMPTY = `${EMPTY_SUMS} where account_id = $1 and day = $2`;
const COUNT = `with counted as (${sumsOf(recorded('account_id = $1'))}) ${storeSums('in place', 'counted')}`;

/** At most `limit` accounts with an id after `after`, in their order. */
export async function accountsAfter(
  client: pg.ClientBase,
  after: Id | null,
  limit: number,
): Promise<readonly Id[]> {
  const { rows } = await client.query<{ id: Id }>(ACCOUNTS, [after, limit]);
  return rows.map(({ id }) => id);
}

/** Those of the accounts whose sums of the day that begins at `day` (UTC) are wrong. */
export async function findDiffering(
  client: pg.ClientBase,
  accounts: readonly Id[],
  day: Date,
): Promise<readonly Id[]> {
  const { rows } = await client.query<{ id: Id }>(DIFFERING, [accounts, day]);
  return rows.map(({ id }) => id);
}

/** Makes the account's sums of the day those of its records; within a transaction. */
export async function countAnew(client: pg.ClientBase, account: Id, day: Date): Promise<void> {
  const { rowCount } = await client.query(LOCK, [account]);
  if (rowCount === 0) return;
  await client.query(EMPTY, [account, day]);
  await client.query(COUNT, [account, day]);
}
