/**
 * All that `kept_statistics` can read: rows about one person and one year each, in whole numbers that are clamped here to
 * what one person may add, and without any number that says who it is. An account counts for the first of its owners, and probes for nobody.
 */
import type { View } from '../../store/walls/views.ts';
import { WAYS } from '../accounts/schema.ts';

/** What one person adds to a year at most; larger use counts as this much. */
export const BOUNDS = { requests: 10_000, thousand_tokens: 100_000 } as const;

export const useView: View = {
  name: 'statistic_use',
  columns: ['year', 'requests', 'thousand_tokens'],
  about: 'Use of a year (UTC), a row for each owner of accounts, clamped to what one person may add',
  sql: `
    select year, least(sum(requests), ${BOUNDS.requests})::int as requests,
      least(sum(tokens) / 1000, ${BOUNDS.thousand_tokens})::int as thousand_tokens
    from (
      select account_id, extract(year from day at time zone 'UTC')::int as year, sum(requests) as requests,
        sum(prompt_tokens + completion_tokens) as tokens
      from usage_day group by 1, 2
    ) used
    join (
      select account_id, (min(person_id::text))::uuid as owner from membership
      where role = 'owner' and person_id not in (select person_id from probe) group by 1
    ) owned using (account_id)
    group by owner, year having sum(requests) > 0`,
};

export const joinedView: View = {
  name: 'statistic_joined',
  columns: ['year', 'way'],
  about: 'People who joined in a year (UTC), each once, by the way of the first account that they own',
  sql: `
    select extract(year from created_at at time zone 'UTC')::int as year, way
    from (
      select distinct on (person.id) person.created_at, account.way
      from person join membership on person_id = person.id and role = 'owner' join account on account.id = account_id
      where person.id not in (select person_id from probe)
      order by person.id, account.created_at, account.id
    ) joined`,
};

export const statisticViews: readonly View[] = [useView, joinedView];

export const JOINED_BY: readonly string[] = WAYS;
