/** A wall that is missing, changed or taken down is seen, and put up again; what only a person can decide is left. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyWalls } from '../../src/store/walls/apply-walls.ts';
import { checkCatalogue } from '../../src/store/walls/check-catalogue.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { connect, ownedDatabase, WALLS, type Walled, walled } from './walled.ts';

let postgres: TestPostgres;
let at: Walled;
let superuser: pg.Client;

beforeAll(async () => {
  postgres = await startPostgres();
  at = await walled(postgres);
  superuser = await connect(at.url.replace(/owner_\d+@/, 'kept@'));
});
afterAll(async () => {
  await superuser?.end();
  await at?.end();
  await postgres?.stop();
});

const codes = async (): Promise<string[]> =>
  (await checkCatalogue(at.owner, WALLS)).map(({ code, what }) => `${code}: ${what}`);

async function applyAgain() {
  await at.owner.query('begin');
  const applied = await applyWalls(at.owner, WALLS, at.keysFolder);
  await at.owner.query('commit');
  return applied;
}

describe('walls that stand', () => {
  it('have no finding, and are left alone at the next start', async () => {
    expect(await codes()).toEqual([]);
    expect(at.applied.repaired).toBeGreaterThan(0);
    expect(at.applied.left).toEqual([]);
    const tableRow = `select xmin::text from pg_class where relname = 'fixture_note'`;
    const before = (await at.owner.query(tableRow)).rows;
    expect(await applyAgain()).toMatchObject({ repaired: 0, left: [] });
    expect((await at.owner.query(tableRow)).rows).toEqual(before);
  });
});

/** What somebody did, what is said of it. Each of these the next start repairs. */
const REPAIRED: readonly [what: string, done: string, found: readonly string[]][] = [
  [
    'row security switched off',
    'alter table fixture_note disable row level security',
    ['row-security-off: public.fixture_note'],
  ],
  [
    'row security no longer forced',
    'alter table fixture_note no force row level security',
    ['row-security-off: public.fixture_note'],
  ],
  [
    'a policy that the map does not know',
    'create policy everybody on fixture_note using (true)',
    ['policy-unknown: public.fixture_note everybody'],
  ],
  [
    'a policy that is gone',
    'drop policy kept_request_select on fixture_note',
    ['policy-missing: public.fixture_note kept_request_select'],
  ],
  [
    'a policy that lets more rows through than it did',
    'alter policy kept_request_select on fixture_note using (true)',
    [
      'policy-unknown: public.fixture_note kept_request_select',
      'policy-missing: public.fixture_note kept_request_select',
    ],
  ],
  [
    'a policy for everybody',
    'alter policy kept_meter_select on fixture_order to public',
    [
      'policy-unknown: public.fixture_order kept_meter_select',
      'policy-missing: public.fixture_order kept_meter_select',
    ],
  ],
  [
    'a right to a column too many',
    'grant select (email) on fixture_person to kept_statistics',
    ['grant-unknown: kept_statistics select public.fixture_person email'],
  ],
  [
    'a right for everybody',
    'grant select on fixture_price to public',
    ['grant-unknown: public select public.fixture_price *'],
  ],
  ['a view that is gone', 'drop view fixture_orders', ['view-missing: public.fixture_orders']],
  [
    'a view that shows more than it did',
    'create or replace view fixture_orders as select amount from fixture_order',
    ['view-differs: public.fixture_orders'],
  ],
  [
    'a right that is gone',
    'revoke delete on fixture_note from kept_sweep',
    ['grant-missing: kept_sweep delete public.fixture_note *'],
  ],
];

describe('what the next start repairs', () => {
  it.each(REPAIRED)('%s', async (_, done, found) => {
    await at.owner.query(done);
    expect(await codes()).toEqual(found);
    expect(await applyAgain()).toMatchObject({ repaired: found.length, left: [] });
    expect(await codes()).toEqual([]);
  });

  it('a right to a whole table, which takes the rights to its columns with it when it goes', async () => {
    await at.owner.query('grant select on fixture_note to kept_statistics');
    expect(await codes()).toEqual(['grant-unknown: kept_statistics select public.fixture_note *']);
    expect((await applyAgain()).left).toEqual([]);
    expect(await codes()).toEqual([]);
    const { rows } = await at.owner.query(
      `select has_any_column_privilege('kept_statistics', 'fixture_note', 'select') as any`,
    );
    expect(rows).toEqual([{ any: false }]);
  });

  it('a database that everybody may enter', async () => {
    const { rows } = await at.owner.query('select current_database() as name');
    await at.owner.query(`grant connect on database ${rows[0].name} to public`);
    expect(await codes()).toEqual([`database-open: ${rows[0].name}`]);
    await applyAgain();
    expect(await codes()).toEqual([]);
  });

  it('a role that got more power, a login that may take another role, a stranger that may take ours', async () => {
    const { role } = at.logins.request;
    await superuser.query('alter role kept_meter createdb');
    await superuser.query(`grant kept_system to ${role}`);
    await superuser.query('create role stranger login');
    await superuser.query('grant kept_sweep to stranger');
    expect(await codes()).toEqual([
      'role-too-mighty: kept_meter',
      `membership-unknown: ${role} kept_system`,
      'membership-unknown: stranger kept_sweep',
    ]);
    await superuser.query('begin');
    await applyWalls(superuser, WALLS, at.keysFolder);
    await superuser.query('commit');
    expect(await codes()).toEqual([]);
  });
});

/** What somebody did, how it is undone, what is said of it. Nothing of these is decided by a program. */
const LEFT: readonly [what: string, done: string, undone: string, found: string][] = [
  [
    'a table that the map does not know',
    'create table forgotten (x int)',
    'drop table forgotten',
    'table-without-entry: public.forgotten',
  ],
  [
    'a view, which row security does not hold',
    'create view seen as select * from fixture_note',
    'drop view seen',
    'table-without-entry: public.seen',
  ],
  [
    'a column that the map does not know',
    'alter table fixture_note add column mood text',
    'alter table fixture_note drop column mood',
    'column-without-entry: public.fixture_note.mood',
  ],
  [
    'a column that is gone',
    'alter table fixture_price rename price to cost',
    'alter table fixture_price rename cost to price',
    'column-missing: public.fixture_price.price',
  ],
  [
    'a function with its owner’s rights',
    `create function peek() returns bigint security definer language sql as 'select count(*) from fixture_note'`,
    'drop function peek',
    'function-with-owners-rights: public.peek',
  ],
];

describe('what a person has to decide', () => {
  it.each(LEFT)('%s', async (_, done, undone, found) => {
    await at.owner.query(done);
    expect(await codes()).toContain(found);
    expect((await applyAgain()).left.map(({ code, what }) => `${code}: ${what}`)).toContain(found);
    await at.owner.query(undone);
    await applyAgain();
    expect(await codes()).toEqual([]);
  });

  it('a table that one of our roles owns', async () => {
    await superuser.query('alter table fixture_price owner to kept_system');
    expect(await codes()).toContain('role-owns-table: kept_system public.fixture_price');
    await superuser.query(
      `alter table fixture_price owner to ${(await at.owner.query('select current_user as me')).rows[0].me}`,
    );
  });

  it('a right of somebody who is none of ours', async () => {
    await superuser.query('create role monitor');
    await superuser.query('grant select on fixture_price to monitor');
    const { left } = await applyAgain();
    expect(left).toEqual([
      { code: 'grant-unknown', what: 'monitor select public.fixture_price *', repair: [] },
    ]);
    await superuser.query('revoke select on fixture_price from monitor');
  });
});

describe('an empty database', () => {
  it('misses every table of the map', async () => {
    const { url, superuser: other } = await ownedDatabase(postgres);
    const client = await connect(url);
    const found = await checkCatalogue(client, WALLS);
    expect(found.filter(({ code }) => code === 'table-missing')).toHaveLength(WALLS.map.length);
    await client.end();
    await other.end();
  });
});
