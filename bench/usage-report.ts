/**
 * What the usage page waits for: the sums of 30 days of one account, as control reads them, beside adding up its records
 * in one statement.
 */
import { countAnew } from '../src/control/usage/count-anew.ts';
import { usageReport } from '../src/control/usage/index.ts';
import type { Figure } from './figures.ts';
import { quantile } from './measure.ts';
import type { BenchStore } from './store/open.ts';
import type { Somebody } from './store/people.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const MODELS = 3;
const ROUNDS = { sums: 50, records: 5 } as const;

/** `records` are spread over days and models; sums of days are counted from them as control would mend them. */
export async function reportBench(
  { owner, store }: BenchStore,
  { account, key }: Somebody,
  records: number,
  say: (line: string) => void,
): Promise<Figure> {
  const now = Date.now();
  await owner.query(
    `insert into usage_record (id, account_id, key_id, model, endpoint, started_at, prompt_tokens, completion_tokens,
       price_microusd, ending)
     select gen_random_uuid(), $1, $2, 1 + i % ${MODELS}, 'chat',
       to_timestamp($3 / 1000.0) - (i % $4::bigint) * interval '${DAYS - 1} days' / $4::bigint, 200, 150, 10, 'complete'
     from generate_series(1, $4::bigint) i`,
    [account, key, now, records],
  );
  await owner.query('vacuum (analyze) usage_record');
  for (let day = 0; day < DAYS; day++)
    await countAnew(owner, account, new Date((Math.floor(now / DAY_MS) - day) * DAY_MS));
  const sums = await median(ROUNDS.sums, () =>
    usageReport(store, account, { month: null, days: String(DAYS) }, now),
  );
  const added = await median(ROUNDS.records, () =>
    owner.query(
      `select date_trunc('day', started_at, 'UTC'), model, key_id, count(*), sum(prompt_tokens), sum(completion_tokens),
         sum(price_microusd)
       from usage_record where account_id = $1 and voided_at is null and started_at > $2 group by 1, 2, 3`,
      [account, new Date(now - DAYS * DAY_MS)],
    ),
  );
  say(`usage of ${DAYS} days: sums ${sums.toFixed(1)} ms, records ${added.toFixed(0)} ms`);
  return {
    what: `usage of ${DAYS} days, ${records.toLocaleString('en')} records, p50`,
    ours: `${sums.toFixed(1)} ms`,
    peer: `adding up the records: ${added.toFixed(0)} ms`,
    outcome: `${sums.toFixed(1)} ms`,
    goal: '–',
    met: null,
  };
}

async function median(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return quantile(times, 0.5);
}
