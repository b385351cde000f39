/**
 * How requests become the sums of their day (UTC), in SQL: written once for what records them, voids them, and counts
 * them anew. A request belongs to the day in which it started.
 */

/** Columns of a usage record that are added up. */
const ADDED = ['prompt_tokens', 'cached_tokens', 'completion_tokens', 'reasoning_tokens', 'price_microusd'];
const SUMS = ['requests', ...ADDED];
/** What names a row of sums. */
const NAME = 'account_id, day, model, key_id';

/** Columns of `usage_record` that sums are made of. */
export const SUMMED = ['account_id', 'started_at', 'model', 'key_id', ...ADDED].join(', ');

/** Sums of the records that `from` (a relation with these columns, and conditions) finds. */
export const sumsOf = (from: string): string => `
  select account_id, date_trunc('day', started_at, 'UTC') as day, model, key_id, count(*) as requests,
    ${ADDED.map((column) => `sum(${column})::bigint as ${column}`).join(', ')}
  from ${from} group by 1, 2, 3, 4`;

/** Adds sums of the relation `more` to those that are there, or puts them in their place. */
export const storeSums = (how: 'added' | 'in place', more: string): string => `
  insert into usage_day as there (${NAME}, ${SUMS.join(', ')})
  select ${NAME}, ${SUMS.join(', ')} from ${more} order by ${NAME}
  on conflict (${NAME}) do update set
    ${SUMS.map((sum) => `${sum} = ${how === 'added' ? `there.${sum} + ` : ''}excluded.${sum}`).join(', ')}`;

/** Takes sums of the relation `less` off those that are there. */
export const takeOffSums = (less: string): string => `
  update usage_day set ${SUMS.map((sum) => `${sum} = usage_day.${sum} - less.${sum}`).join(', ')}
  from ${less} as less
  where usage_day.account_id = less.account_id and usage_day.day = less.day
    and usage_day.model = less.model and usage_day.key_id = less.key_id`;

/** Accounts (`account_id`) whose sums in the relations `one` and `other` are not the same; a row of zeros is as none. */
export const accountsThatDiffer = (one: string, other: string): string => {
  const of = (relation: string): string => SUMS.map((sum) => `coalesce(${relation}.${sum}, 0)`).join(', ');
  return `select distinct account_id from ${one} as one full join ${other} as other using (${NAME})
    where (${of('one')}) <> (${of('other')})`;
};

/** Sets sums to nothing; conditions follow. */
export const EMPTY_SUMS = `update usage_day set ${SUMS.map((sum) => `${sum} = 0`).join(', ')}`;
