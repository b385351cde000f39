/** The sums of usage by day: what they add up, where a day ends, how they came to earlier records, and who looks at them. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordUsage, voidUsage } from '../../src/control/usage/record-usage.ts';
import { newId } from '../../src/link/ids.ts';
import type { UsageRecord } from '../../src/link/words.ts';
import { applyMigrations, MIGRATIONS_FOLDER } from '../../src/store/backup/migrations.ts';
import { type Customer, runSql, startTestControl, type TestControl, wrongDays } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { seeded } from '../support/seeded.ts';

const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
/** The migration that brought the sums. */
const WITH_SUMS = 13;
/** Fourteen hours before UTC's midnight its day begins. */
const FAR_ZONE = 'Pacific/Kiritimati';

let postgres: TestPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

const daysOf = ({ account }: Customer) =>
  control.sql<{ day: string; requests: number }>(
    `select to_char(day at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as day, requests::int from usage_day
     where account_id = $1 order by 1`,
    [account],
  );
const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

test('a day begins and ends at midnight UTC, whatever zone database and server are in', async () => {
  const [database] = await control.sql<{ name: string }>('select current_database() as name');
  await control.sql(`alter database "${database?.name}" set timezone = '${FAR_ZONE}'`);
  await control.stop();
  await control.start();
  const customer = await control.customer();
  const gateway = await control.gateway();
  const at = (ms: number) => usage(customer.account, customer.key, 10, { startedAt: TODAY + ms });
  await gateway.records([at(-1), at(0), at(1), at(-DAY_MS), at(-DAY_MS - 1)]);
  expect(await daysOf(customer)).toEqual([
    { day: `${isoDay(TODAY - 2 * DAY_MS)} 00:00:00`, requests: 1 },
    { day: `${isoDay(TODAY - DAY_MS)} 00:00:00`, requests: 2 },
    { day: `${isoDay(TODAY)} 00:00:00`, requests: 2 },
  ]);
  gateway.close();
});

test('totals are the sums, without what was voided', async () => {
  const customer = await control.customer();
  const gateway = await control.gateway();
  const records = [1, 2, 3].map((model) =>
    usage(customer.account, customer.key, model * 100, { model, reasoningTokens: model }),
  );
  await gateway.records(records);
  await gateway.voids([records[1]?.id as string]);
  const { totals } = (await control.admin('GET', `/accounts/${customer.account}/usage`)).body;
  expect(totals).toEqual({
    requests: 2,
    prompt_tokens: 20,
    cached_tokens: 4,
    completion_tokens: 10,
    reasoning_tokens: 4,
    price_microusd: 400,
  });
  gateway.close();
});

test('budgets of account and key are what their days come to', async () => {
  const budget = { budget_month: '0.01', budget_day: '0.01' };
  const customer = await control.customer({ limits: budget, keyLimits: budget });
  const gateway = await control.gateway();
  const [record, voided] = [9_000, 500].map((price) => usage(customer.account, customer.key, price));
  await gateway.records([record, voided] as UsageRecord[]);
  await gateway.voids([voided?.id as string]);
  for (const kind of ['month', 'day'] as const) {
    for (const of of [customer.account, customer.key]) {
      expect((await gateway.want({ kind, of }, 1_001)).units, kind).toBe(0);
      expect((await gateway.want({ kind, of }, 1_000)).units, kind).toBe(1_000);
    }
  }
  gateway.close();
});

test('two writers at the same accounts, keys and requests wait for each other in one order, and lose nothing', async () => {
  const customers = [await control.customer(), await control.customer(), await control.customer()];
  const random = seeded();
  const some = <T>(all: readonly T[]): readonly T[] => all.filter(() => random() < 0.5);
  const records = Array.from({ length: 400 }, (_, i) => {
    const { account, key } = customers[i % 3] as Customer;
    return usage(account, key, i, { model: i % 5, startedAt: Date.now() - (i % 4) * DAY_MS });
  });
  const write = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: control.settings.databaseUrl });
    await client.connect();
    for (let round = 0; round < 40; round++) {
      const mine = some(records).toSorted(() => random() - 0.5);
      await recordUsage(client, mine);
      await voidUsage(
        client,
        mine.filter(() => random() < 0.02).map(({ id }) => id),
      );
    }
    await client.end();
  };
  await Promise.all([write(), write(), write()]);
  expect(await wrongDays(control.settings.databaseUrl)).toEqual([]);
  const [counted] = await control.sql(
    'select count(*)::int as records from usage_record where account_id = any($1)',
    [customers.map(({ account }) => account)],
  );
  expect(counted).toEqual({ records: records.length });
});

test('records of before are added up by the migration', async () => {
  const url = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await applyMigrations(client, MIGRATIONS_FOLDER, 0, WITH_SUMS);
  await client.query(`set timezone = '${FAR_ZONE}'`);
  const keys = [newId(), newId()];
  await client.query(
    `insert into usage_record (id, account_id, key_id, model, started_at, prompt_tokens, completion_tokens, price_microusd, voided_at)
     select gen_random_uuid(), ($1::uuid[])[1 + i % 3], ($2::uuid[])[1 + i % 2], i % 5,
       timestamptz '2026-03-01 00:00:00Z' + (i - 500) * interval '7 minutes', i, 2 * i, i % 11,
       case when i % 13 = 0 then now() end
     from generate_series(1, 1000) i`,
    [[newId(), newId(), newId()], keys],
  );
  await client.query('insert into usage_record (id, voided_at) values (gen_random_uuid(), now())');
  await applyMigrations(client, MIGRATIONS_FOLDER, WITH_SUMS);
  await client.end();
  expect(await wrongDays(url)).toEqual([]);
  const [counted] = await runSql(url, 'select sum(requests)::int as requests from usage_day');
  expect(counted).toEqual({ requests: 1000 - Math.floor(1000 / 13) });
});

test('sums that somebody changed are counted anew when the day is over, and doctor’s facts say so', async () => {
  const [one, other, third] = [await control.customer(), await control.customer(), await control.customer()];
  const gateway = await control.gateway();
  const yesterday = { startedAt: TODAY - DAY_MS };
  for (const { account, key } of [one, other, third])
    await gateway.records([usage(account, key, 50, yesterday), usage(account, key, 70, yesterday)]);
  gateway.close();
  await control.stop();
  await control.sql('update usage_day set price_microusd = price_microusd + 1 where account_id = $1', [
    one.account,
  ]);
  await control.sql('delete from usage_day where account_id = $1', [other.account]);
  await control.sql(
    `insert into usage_day (account_id, day, model, key_id, requests)
     select account_id, day, 99, key_id, 5 from usage_day where account_id = $1`,
    [third.account],
  );
  expect(await wrongDays(control.settings.databaseUrl)).toHaveLength(3);
  control.lines.length = 0;
  await control.start();
  await expect
    .poll(() => control.lines.filter(({ event }) => event === 'usage_days_mended'), { timeout: 20_000 })
    .toMatchObject([{ level: 'warn', count: 3 }]);
  expect(await wrongDays(control.settings.databaseUrl)).toEqual([]);
  const { usage_days } = (await control.admin('GET', '/facts')).body;
  expect(usage_days).toMatchObject({ day: isoDay(TODAY - DAY_MS), mended: 3, whole: true });
});

test('sums end 400 days after their day began, with the first record of it', async () => {
  const customer = await control.customer();
  const gateway = await control.gateway();
  const before = (days: number) =>
    usage(customer.account, customer.key, 1, { startedAt: TODAY - days * DAY_MS });
  await gateway.records([before(399), before(400), before(401)]);
  gateway.close();
  await control.stop();
  await control.start();
  await expect
    .poll(async () => (await daysOf(customer)).map(({ day }) => day), { timeout: 20_000 })
    .toEqual([`${isoDay(TODAY - 399 * DAY_MS)} 00:00:00`]);
  expect(
    await control.sql('select from usage_record where account_id = $1', [customer.account]),
  ).toHaveLength(1);
});
