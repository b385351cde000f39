/** The database misses where an entry stands in the record while later ones are told: none is appended twice for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEntry } from '../../src/store/ledger/schema.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Ground, makeGround, openPlace, type Running } from './stage.ts';

/** The record tries again after half a second. */
const RETRIED_MS = 1_200;
let postgres: TestPostgres;
let ground: Ground;

beforeAll(async () => {
  postgres = await startPostgres();
  ground = await makeGround(postgres);
}, 60_000);
afterAll(async () => {
  await ground.end();
  await postgres.stop();
});

const act = (at: Running, number: number): Promise<string> =>
  at.store.record.act((_tx, enter) =>
    enter({ kind: 'configuration', role: 'system', about: null, content: { number } }),
  );

/** Breaks the connection each time that places are to be stored, as often as `times`. */
function losePlaces(times: number): void {
  let left = times;
  ground.relay.decide((statement) =>
    statement.includes('update record_entry set index') && left-- > 0 ? 'drop' : 'pass',
  );
}

async function placesOf(at: Running): Promise<(number | null)[]> {
  const rows = await at.store.db.select({ index: recordEntry.index }).from(recordEntry);
  return rows.map(({ index }) => index).sort((one, other) => Number(one) - Number(other));
}

test('the connection breaks once: the next act tells both places', async () => {
  const at = await openPlace(ground);
  losePlaces(1);
  await act(at, 1);
  await act(at, 2);
  await act(at, 3);
  await at.store.record.settled();
  expect(at.store.record.log.size).toBe(3);
  expect(await placesOf(at)).toEqual([0, 1, 2]);
  await at.stage.close();
});

test('it breaks until the end of the process: the next one finds them in the record', async () => {
  let at = await openPlace(ground);
  losePlaces(Number.POSITIVE_INFINITY);
  // Told or not told: what is committed has one place.
  for (const number of [4, 5, 6]) await act(at, number).catch(() => {});
  await sleep(RETRIED_MS);
  await at.stage.close();
  ground.relay.decide(null);
  at = await openPlace(ground);
  await act(at, 7);
  await at.store.record.settled();
  const places = await placesOf(at);
  expect(places.length).toBeGreaterThanOrEqual(5);
  expect(places).toEqual([...places.keys()]);
  expect(at.store.record.log.size).toBe(places.length);
  await at.stage.close();
});
