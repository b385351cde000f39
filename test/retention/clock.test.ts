/** A clock that is wrong destroys nothing: neither our own, nor ours and the database's together. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { believedNow } from '../../src/store/retention/clock.ts';
import { seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { addVisit, DAY_MS, HOUR_MS, MINUTE_MS, openScene, type Scene, START, visits } from './scene.ts';

const ROUND_MS = 20 * MINUTE_MS;
let postgres: TestPostgres;
let scene: Scene;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  scene = await openScene(postgres);
  const { person } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, person, { at: START });
  await scene.sweep();
}, 30_000);
afterEach(() => scene.end());

const isThere = async (): Promise<boolean> => (await visits(scene.store)).length === 1;
const look = () => believedNow(scene.store, scene.databaseClock);
const doubted = { name: 'ClockDoubted', code: 'clock_jumped' };

test('our clock and the database’s differ by more than five minutes: nothing goes', async () => {
  for (const wrong of [-5 * MINUTE_MS - 1, 5 * MINUTE_MS + 1, 40 * DAY_MS]) {
    const databaseClock = async () => scene.now() - wrong;
    await expect(scene.sweep({ databaseClock })).rejects.toMatchObject({ code: 'clock_disagrees' });
  }
  scene.setNow(START + 40 * DAY_MS);
  // The real database's clock is far from this test's.
  await expect(believedNow(scene.store)).rejects.toMatchObject({ code: 'clock_disagrees' });
  expect(await isThere()).toBe(true);
  expect(await believedNow({ ...scene.store, now: Date.now }).catch((error) => error)).toMatchObject(doubted);
});

test('both have jumped ahead: nothing goes until a second look, half an hour later and within the hour', async () => {
  const jumped = START + 40 * DAY_MS;
  scene.setNow(jumped);
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  scene.setNow(jumped + ROUND_MS);
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  expect(await isThere()).toBe(true);
  scene.setNow(jumped + 2 * ROUND_MS);
  await scene.sweep();
  expect(await isThere()).toBe(false);
});

test('a jump ahead that is put right before the second look has destroyed nothing, and all goes at its time', async () => {
  scene.setNow(START + 40 * DAY_MS);
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  scene.setNow(START + ROUND_MS);
  await scene.sweep();
  expect(await isThere()).toBe(true);
  for (let at = START + HOUR_MS; at < START + 30 * DAY_MS; at += HOUR_MS) {
    scene.setNow(at);
    await look();
  }
  await scene.sweep();
  expect(await isThere()).toBe(true);
  scene.setNow(START + 30 * DAY_MS);
  await scene.sweep();
  expect(await isThere()).toBe(false);
});

test('a clock that keeps jumping is never believed', async () => {
  for (let days = 40; days < 400; days += 40) {
    scene.setNow(START + days * DAY_MS);
    await expect(scene.sweep()).rejects.toMatchObject(doubted);
  }
  expect(await isThere()).toBe(true);
});

test('the doubt survives a restart, and so does the first look', async () => {
  scene.setNow(START + 40 * DAY_MS);
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  await scene.reopen();
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  scene.setNow(scene.now() + 2 * ROUND_MS);
  await scene.reopen();
  await scene.sweep();
  expect(await isThere()).toBe(false);
});

test('a clock that goes back destroys nothing twice and loses nothing; coming forward again it is doubted', async () => {
  scene.setNow(START - 100 * DAY_MS);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  expect(await isThere()).toBe(true);
  scene.setNow(START + ROUND_MS);
  await expect(scene.sweep()).rejects.toMatchObject(doubted);
  scene.setNow(START + 3 * ROUND_MS);
  expect(await scene.sweep()).toEqual({ rows: {}, keys: 0 });
  expect(await isThere()).toBe(true);
});

test('up to an hour between two looks is time going by', async () => {
  scene.setNow(START + HOUR_MS);
  expect(await look()).toBe(START + HOUR_MS);
  scene.setNow(START + 2 * HOUR_MS + 1);
  await expect(look()).rejects.toMatchObject(doubted);
});
