/**
 * What is published of people: a year that is over, once, whoever asks at once, with what each person adds clamped, groups
 * only, within the budget; and the role that reads for it can read nothing else.
 */
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PublicStatistics } from '../../src/control/statistics/index.ts';
import { publishStatistics } from '../../src/control/statistics/publish.ts';
import { openSite } from '../../src/site/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { readMasterKey } from '../../src/store/keys/master-key.ts';
import { LocalRecordKeeper } from '../../src/store/ledger/record-keeper.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const YEAR = new Date().getUTCFullYear() - 1;
let postgres: TestPostgres;
let control: TestControl;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, { statistics: { groupMin: 10, epsilonMilli: 1_000 } }, openSite);
  // So that the key store is one that has known people.
  await control.customer();
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.stop();
  await control.sql('truncate statistic, statistic_budget, usage_day');
  await control.sql(
    "delete from membership where role = 'owner' and person_id in (select id from person where name = '\\x00')",
  );
  await control.sql("delete from account where name = '\\x00'");
  await control.sql("delete from person where name = '\\x00'");
});

/** So many people with an account each and requests of last year; nothing here opens what is sealed. */
async function fill(people: number, requests = 5): Promise<void> {
  await control.sql(
    `with made as (
       insert into person (id, email, name, created_at)
       select gen_random_uuid(), '\\x00', '\\x00', make_timestamptz($1, 3, 1, 0, 0, 0, 'UTC')
       from generate_series(1, $2::int) returning id
     ), opened as (
       insert into account (id, name, way, created_at) select id, '\\x00', 'sign_up', make_timestamptz($1, 3, 1, 0, 0, 0, 'UTC') from made
       returning id
     ), joined as (
       insert into membership (person_id, account_id, role) select id, id, 'owner' from opened returning account_id
     )
     insert into usage_day (account_id, day, model, key_id, requests, prompt_tokens, completion_tokens)
     select account_id, make_timestamptz($1, 5, 1, 0, 0, 0, 'UTC'), 1, gen_random_uuid(), $3, 400, 100 from joined`,
    [YEAR, people, requests],
  );
}
const rows = () =>
  control.sql<{ year: number; name: string; part: string; value: string }>(
    'select year, name, part, value from statistic order by name, part',
  );
/** Publishes as control does, so many at once, at this time; answers how many were published. */
async function publish(now = Date.UTC(YEAR + 1, 0, 10), times = 1): Promise<number> {
  const { databaseUrl, keysFolder, ledgerFolder, siteUrl } = control.settings;
  const database = openDatabase(databaseUrl);
  const keys = await openKeyStore(keysFolder, await readMasterKey({}, keysFolder, { mayMake: false }));
  const place = { folder: join(ledgerFolder, 'record'), origin: new URL(siteUrl).host };
  const vault = new Vault(keys);
  const record = await LocalRecordKeeper.open({ db: database.db, ...place, keys, vault, now: Date.now });
  const parts = { store: database, record, settings: { groupMin: 10, epsilonMilli: 1_000 } };
  try {
    const counts = await Promise.all(Array.from({ length: times }, () => publishStatistics(parts, now)));
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    await record.close();
    await keys.close();
    await database.close();
  }
}
const shown = async (): Promise<PublicStatistics> =>
  (await fetch(`${control.settings.siteUrl}/api/privacy/statistics`)).json() as Promise<PublicStatistics>;
const numberOf = (found: Awaited<ReturnType<typeof rows>>, name: string, part = 'all'): number =>
  Number(found.find((row) => row.name === name && row.part === part)?.value);

test('last year is published once, with noise, and every part of it stands there', async () => {
  await fill(1_000);
  expect(await publish()).toBe(4);
  const found = await rows();
  expect(found.map(({ name, part }) => `${name} ${part}`)).toEqual([
    'joined operator',
    'joined sign_up',
    'joined trial',
    'people all',
    'requests all',
    'thousand_tokens all',
  ]);
  // Of a scale of 4: further away than 200 once in 10^21.
  expect(Math.abs(numberOf(found, 'people') - 1_000)).toBeLessThan(200);
  expect(Math.abs(numberOf(found, 'joined', 'sign_up') - 1_000)).toBeLessThan(200);
  await fill(500);
  expect(await publish()).toBe(0);
  expect(await rows()).toEqual(found);
  expect(await control.sql('select spent_milli from statistic_budget')).toEqual([{ spent_milli: 1_000 }]);
  const entries = await control.sql(
    "select 1 from record_entry where kind = 'publication' and role = 'system'",
  );
  expect(entries.length).toBeGreaterThanOrEqual(4);
});

test('a year of which some use is gone already is not published', async () => {
  await fill(100);
  expect(await publish(Date.UTC(YEAR + 1, 1, 10))).toBe(0);
  expect(await publish(Date.UTC(YEAR + 1, 11, 31))).toBe(0);
  expect(await rows()).toEqual([]);
});

test('one person adds no more than the bound, however much they used', async () => {
  await fill(1, 2_000_000_000);
  const [use] = await control.sql<{ requests: number }>('select requests from statistic_use');
  expect(use?.requests).toBe(10_000);
});

test('three at once publish it once, and spend once', async () => {
  await fill(50);
  expect(await publish(undefined, 3)).toBe(4);
  expect(await rows()).toHaveLength(6);
  expect(await control.sql('select spent_milli from statistic_budget')).toEqual([{ spent_milli: 1_000 }]);
});

test('a small group is shown to nobody: not its number, not what it used', async () => {
  await publish();
  await control.start();
  await control.sql('update statistic set value = 9');
  for (const each of (await shown()).years[0]?.statistics ?? [])
    expect(each.parts.map(({ value }) => value)).toEqual(each.parts.map(() => null));
  await control.sql("update statistic set value = 10 where name = 'people'");
  await control.sql("update statistic set value = -40 where name = 'requests'");
  const [year] = (await shown()).years;
  expect(year?.statistics.map(({ statistic, parts }) => [statistic, parts[0]?.value])).toEqual([
    ['people', 10],
    ['requests', 0],
    ['thousand_tokens', 9],
    ['joined', null],
  ]);
  const page = await (await fetch(`${control.settings.siteUrl}/privacy/statistics`)).text();
  expect(page).toContain('too few');
  expect(page).toContain('differential privacy');
});

test('a budget that is used up publishes nothing more', async () => {
  await fill(50);
  await control.sql('insert into statistic_budget values ($1, 900)', [YEAR]);
  expect(await publish()).toBe(0);
  expect(await rows()).toEqual([]);
  await expect(control.sql('update statistic_budget set spent_milli = 1001')).rejects.toThrow(
    'statistic_budget_kept',
  );
});

test('what reads for it reads two views, and no table', async () => {
  await fill(3);
  const client = new pg.Client({ connectionString: control.settings.databaseUrl });
  await client.connect();
  try {
    const tables = await client.query(
      "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace",
    );
    await client.query('set role kept_statistics');
    for (const { relname } of tables.rows)
      await expect(client.query(`select 1 from "${relname}"`), relname).rejects.toThrow('permission denied');
    const { fields, rowCount } = await client.query('select * from statistic_use');
    expect(rowCount).toBe(3);
    expect(fields.map(({ name }) => name)).toEqual(['year', 'requests', 'thousand_tokens']);
    await expect(client.query('delete from statistic_use')).rejects.toThrow('cannot delete');
  } finally {
    await client.end();
  }
});

test('a view that somebody changed is put right by the next start', async () => {
  await control
    .sql(
      'create or replace view statistic_joined as select 1 as year, email::text as way from person where false',
    )
    .catch(() =>
      control.sql("create or replace view statistic_joined as select 1 as year, 'x'::text as way"),
    );
  await control.start();
  await control.stop();
  await fill(3);
  expect(await control.sql('select year, way from statistic_joined order by year desc')).toEqual([
    { year: YEAR + 1, way: 'operator' },
    ...Array.from({ length: 3 }, () => ({ year: YEAR, way: 'sign_up' })),
  ]);
});
