/** What the sweep promises: what has ended goes and nothing else, in batches, each with its entry in the record. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lift, restrict } from '../../src/store/rights/restrict.ts';
import { everything, newId, seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { addVisit, count, DAY_MS, entries, openScene, type Scene, START, visits } from './scene.ts';

let postgres: TestPostgres;
let scene: Scene;
/** "swep" as a number: the lock of the one who sweeps. */
const LOCK = 0x73776570;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  scene = await openScene(postgres);
}, 30_000);
afterEach(() => scene.end());

/** To this moment, as though Kept had looked at the clock all along. */
async function pass(until: number): Promise<void> {
  scene.setNow(until);
  await scene.store.db.execute(sql`delete from clock_mark`);
}

const many = async (person: string, rows: number): Promise<void> => {
  const all = Array.from({ length: rows }, () => ({ id: newId(), person, at: new Date(START) }));
  await scene.store.db.insert(fixture.visit).values(all);
};

test('a row goes when its days are over and not a millisecond before; a column with an end of its own goes alone', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, person, { at: START });
  await addVisit(scene.store, person, { at: START, endedAt: START + DAY_MS });
  const others = (await everything(scene.stage)).filter((row) => !row.startsWith('fixture_visit'));

  await pass(START + 7 * DAY_MS - 1);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  await pass(START + 7 * DAY_MS);
  expect(await scene.sweep()).toEqual({ rows: { fixture_visit: 2 }, keys: 0 });
  expect((await visits(scene.store)).map(({ address }) => address)).toEqual([null, null]);

  await pass(START + 30 * DAY_MS - 1);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  await pass(START + 30 * DAY_MS);
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 1 });
  // The other one ended a day later.
  expect(await visits(scene.store)).toHaveLength(1);
  await pass(START + 31 * DAY_MS);
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 1 });
  expect((await everything(scene.stage)).filter((row) => !row.startsWith('fixture_visit'))).toEqual(others);
});

test('each batch is at most 500 rows and stands in the record with its counts per data class', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await many(person, 1_200);
  await pass(START + 30 * DAY_MS);
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 1_200 });
  const made = await entries(scene.store, 'retention');
  expect(made.map(({ rows }) => rows).sort()).toEqual([200, 500, 500]);
  for (const content of made) {
    const { rows } = content;
    expect(content).toEqual({
      table: 'fixture_visit',
      column: null,
      rows,
      classes: { 'user.unique_id': rows, 'user.behavior': rows, 'user.device.ip_address': rows },
    });
  }
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  expect(await entries(scene.store, 'retention')).toHaveLength(3);
});

test('a row that somebody has locked is not waited for; the next sweep takes it', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  const locked = await addVisit(scene.store, person, { at: START });
  await addVisit(scene.store, person, { at: START });
  await pass(START + 30 * DAY_MS);
  const other = new pg.Client({ connectionString: scene.url });
  await other.connect();
  await other.query('begin');
  await other.query('select 1 from fixture_visit where id = $1 for update', [locked]);
  await scene.sweep();
  expect((await visits(scene.store)).map(({ id }) => id)).toEqual([locked]);
  await other.query('rollback');
  await other.end();
  await scene.sweep();
  expect(await visits(scene.store)).toEqual([]);
});

test('while another process sweeps, this one does not', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, person, { at: START });
  await pass(START + 30 * DAY_MS);
  const other = new pg.Client({ connectionString: scene.url });
  await other.connect();
  await other.query(`select pg_advisory_lock(${LOCK})`);
  expect(await scene.sweep()).toBeNull();
  expect(await visits(scene.store)).toHaveLength(1);
  await other.end();
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 1 });
});

test('it can be stopped between two batches, and the next one goes on', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await many(person, 1_200);
  await pass(START + 30 * DAY_MS);
  const stopping = new AbortController();
  // Between its batches the sweep asks the signal: stopped at the first that has taken rows.
  const { store } = scene;
  const act = store.record.act.bind(store.record);
  store.record.act = async (work) => {
    const answer = await act(work);
    if ((answer as unknown) === 500) stopping.abort();
    return answer;
  };
  expect(await scene.sweep({ signal: stopping.signal })).toEqual({ rows: { fixture_visit: 500 }, keys: 0 });
  expect(await count(store, fixture.visit)).toBe(700);
  store.record.act = act;
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 700 });
});

test('data of somebody who asked for restriction stay until it is lifted; nobody else’s do', async () => {
  const [one, other] = [await seedPerson(scene.stage, 'ada'), await seedPerson(scene.stage, 'bob')];
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, one.person, { at: START });
  await addVisit(scene.store, other.person, { at: START });
  await restrict(scene.store, { person: one.person, accounts: [one.account] }, 'person');
  await pass(START + 30 * DAY_MS);
  await scene.sweep();
  const left = await visits(scene.store);
  expect(left.map((row) => row.person)).toEqual([one.person]);
  expect(left[0]?.address).not.toBeNull();
  await lift(scene.store, one.person, 'person');
  await scene.sweep();
  expect(await visits(scene.store)).toEqual([]);
});

test('a table that fails keeps no other from being swept, and the error is told', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, person, { at: START });
  const id = newId();
  const spot = { table: 'fixture_letter', column: 'text', row: id };
  const { sealed, wraps } = scene.store.vault.sealForMany([person], spot, 'a letter');
  const letter = { id, people: [person], wraps: wraps.map((wrap) => wrap.toString('base64')), text: sealed };
  await scene.store.db
    .insert(fixture.letter)
    .values({ ...letter, text: sealed as never, at: new Date(START) });
  await scene.store.db.execute(sql`create function refuses() returns trigger language plpgsql as
    $$ begin raise exception 'refused'; end $$`);
  await scene.store.db.execute(
    sql`create trigger refuses before update or delete on fixture_visit for each row execute function refuses()`,
  );
  await pass(START + 366 * DAY_MS);
  await expect(scene.sweep()).rejects.toThrow();
  expect(await count(scene.store, fixture.letter)).toBe(0);
  expect(await visits(scene.store)).toHaveLength(1);
  await scene.store.db.execute(sql`drop trigger refuses on fixture_visit`);
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 1 });
});

test('killed after a batch: its rows are gone, its entry is there; killed before: neither', async () => {
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await many(person, 600);
  await pass(START + 30 * DAY_MS);
  // The database breaks off at the second batch, as for a process that dies there.
  let batches = 0;
  const { store } = scene;
  const act = store.record.act.bind(store.record);
  store.record.act = (work) =>
    act(async (tx, enter) => {
      const answer = await work(tx, enter);
      if (typeof answer === 'number' && answer > 0 && ++batches === 2) throw new Error('killed');
      return answer;
    });
  await expect(scene.sweep()).rejects.toThrow('killed');
  await scene.reopen();
  expect(await count(scene.store, fixture.visit)).toBe(100);
  expect((await entries(scene.store, 'retention')).map(({ rows }) => rows)).toEqual([500]);
  expect((await scene.sweep())?.rows).toEqual({ fixture_visit: 100 });
  expect((await entries(scene.store, 'retention')).map(({ rows }) => rows)).toEqual([500, 100]);
});

test('keys whose end has come are destroyed, with an entry', async () => {
  const { keys } = scene.store;
  const [ending, staying] = [newId(), newId()];
  await keys.create('retained', ending, { until: START + DAY_MS });
  await keys.create('retained', staying, { until: START + 2 * DAY_MS });
  await pass(START + DAY_MS);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 1 });
  expect([ending, staying].map((id) => keys.has('retained', id))).toEqual([false, true]);
  expect(await entries(scene.store, 'retention')).toEqual([{ keys: 1 }]);
});

test('what the map gives no end stays for as long as its people', async () => {
  await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  const before = await everything(scene.stage);
  await pass(START + 10_000 * DAY_MS);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  expect(await everything(scene.stage)).toEqual(before);
});
