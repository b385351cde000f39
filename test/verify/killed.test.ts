/**
 * Verification whose ground goes: control killed while a probe is there, at several points of its way, and a database that
 * goes away in the middle. Nothing of a probe stays, nothing is green that was not seen, and it mends itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { brokenOf, type Lookout, lookoutOf } from './lookout.ts';
import { NarrowEngine } from './narrow-engine.ts';

/** A round comes each minute. */
const BY_ITSELF = { timeout: 100_000, interval: 500 };
const SOON = { timeout: 20_000, interval: 100 };
const POLL_MS = 2;
const CLAUSES = 67;

let postgres: TestPostgres;
let engine: NarrowEngine;
let kept: Instance;
let lookout: Lookout;
let url: string;
let database: pg.Client;

async function connect(): Promise<void> {
  database = new pg.Client({ connectionString: url });
  database.on('error', () => {});
  await database.connect();
}

beforeAll(async () => {
  [postgres, engine] = await Promise.all([startPostgres(), NarrowEngine.start()]);
  url = await postgres.database();
  kept = await startKept({ engineUrl: engine.url, env: { DATABASE_URL: url } });
  lookout = lookoutOf(kept);
  await connect();
}, 120_000);
afterAll(async () => {
  await kept?.stop();
  await database?.end().catch(() => {});
  await engine?.away();
  await postgres?.stop();
});

const count = async (statement: string, values: unknown[] = []): Promise<number> =>
  (await database.query<{ n: number }>(`select count(*)::int as n from ${statement}`, values)).rows[0]?.n ??
  0;

interface Probe {
  readonly person: string;
  readonly account: string;
}

async function probe(): Promise<Probe | undefined> {
  const { rows } = await database.query<Probe>(
    'select p.person_id as person, m.account_id as account from probe p join membership m on m.person_id = p.person_id where not stays',
  );
  return rows[0];
}

/** Tables with a row, of whatever kind, in which one of these ids stands. */
async function tablesNaming(ids: readonly string[]): Promise<string[]> {
  const { rows } = await database.query<{ table: string }>(
    `select table_name as table from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const like = ids.flatMap((id) => [`%${id}%`, `%${id.replaceAll('-', '')}%`]);
  const found: string[] = [];
  for (const { table } of rows)
    if ((await count(`"${table}" t where t::text ilike any($1)`, [like])) > 0) found.push(table);
  return found;
}

async function killControl(): Promise<void> {
  const before = kept.pids('control');
  kept.kill('control');
  await kept.restarted('control', before);
  await kept.ready();
}

interface Point {
  readonly what: string;
  /** Rows of which there is one then; `$1` is the probe's person, or its account. */
  readonly is: string;
  readonly of?: keyof Probe;
}
const POINTS: readonly Point[] = [
  { what: 'has just been made', is: 'probe where person_id = $1' },
  { what: 'has a password', is: 'sign_in_method where person_id = $1' },
  { what: 'has a key', is: 'api_key where account_id = $1', of: 'account' },
  { what: 'has written to us', is: 'conversation where person_id = $1' },
  { what: 'has asked to be deleted', is: `erasure where person_id = $1 and state = 'scheduled'` },
  { what: 'is being erased', is: `erasure where person_id = $1 and state = 'begun'` },
];

/** Looks until a probe is at this point; undefined where the look was over before. */
async function reached({ is, of = 'person' }: Point, ended: () => boolean): Promise<Probe | undefined> {
  while (!ended()) {
    const who = await probe();
    if (who !== undefined && (await count(is, [who[of]])) > 0) return who;
    await sleep(POLL_MS);
  }
}

test.each(POINTS)(
  'killed while a probe $what: nothing of it is left after the next start',
  async (point) => {
    const people = await count('person');
    let who: Probe | undefined;
    // What is over in a moment may be missed.
    for (let tries = 0; who === undefined && tries < 30; tries += 1) {
      let ended = false;
      const looking = lookout.verify(['ACCESS-1']).then(
        () => {
          ended = true;
        },
        () => {
          ended = true;
        },
      );
      who = await reached(point, () => ended);
      if (who !== undefined) await killControl();
      await looking;
    }
    expect(who, 'a probe was there').toBeDefined();
    const { person, account } = who as Probe;
    await expect.poll(() => tablesNaming([person, account]), SOON).toEqual([]);
    expect(await count('person')).toBe(people);
    expect(await count('probe where not stays')).toBe(0);
    expect(brokenOf(await lookout.verify(['ACCESS-1', 'RETAIN-2', 'SECURE-3']))).toEqual({});
  },
  240_000,
);

const standingKeys = () =>
  count(
    `probe p join membership m on m.person_id = p.person_id join api_key k on k.account_id = m.account_id
     where p.stays and k.state = 'active'`,
  );

test('killed while a prompt of ours is under way: its key works no more after the next start', async () => {
  engine.holdsChecks = true;
  const looking = lookout.verify(['INFER-1']).catch(() => {});
  await expect.poll(() => engine.held, SOON).toBe(1);
  expect(await standingKeys()).toBe(1);
  await killControl();
  engine.holdsChecks = false;
  engine.free();
  await looking;
  await expect.poll(standingKeys, SOON).toBe(0);
  expect(brokenOf(await lookout.verify(['INFER-1']))).toEqual({});
}, 120_000);

test('a database that goes away in the middle is no promise kept: it is said, and mends itself when it is back', async () => {
  let looked = 0;
  const standing = await lookout.verify(undefined, () => {
    looked += 1;
    if (looked === 8) void postgres.kill();
  });
  expect(standing.clauses).toHaveLength(CLAUSES);
  const broken = brokenOf(standing);
  for (const id of ['RETAIN-1', 'RETAIN-2', 'USE-5', 'ACCESS-1', 'STATE-9'])
    expect(broken[id], id).toContain('could not be looked at');
  for (const { id, checks } of standing.clauses)
    for (const { verdict, observed } of checks)
      if (verdict === 'broken') expect(observed, id).toMatch(/could not be looked at|does not hold/);
  await postgres.start();
  await connect();
  await expect.poll(async () => brokenOf(await lookout.shown()), BY_ITSELF).toEqual({});
  await expect.poll(() => count('probe where not stays'), BY_ITSELF).toBe(0);
}, 400_000);
