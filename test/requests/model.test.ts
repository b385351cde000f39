/**
 * Random people, strangers and staff over the real database, by the site's own forms: every request ends; nothing is carried
 * out without the proof that it needs; none is over while a task in a system outside is open; no answer is due later than its law says; an appeal never has the first decider; and
 * the record has each step once. KEPT_TEST_SEED repeats a run.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Operation, operation, World } from './world.ts';

const RUNS = process.env.KEPT_TEST_ALL ? 100 : 3;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
let postgres: TestPostgres;
let control: TestControl;
let staff: Browser[];

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  staff = await World.hire(control);
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});

async function play(history: readonly Operation[]): Promise<void> {
  // Limits are forgotten by a start.
  await control.stop();
  for (const table of [
    'outside_task',
    'outside_system',
    'proof_ladder',
    'proof_tally',
    'privacy_request_step',
    'privacy_request',
    'mail',
    'restriction',
  ])
    await control.sql(`delete from ${table}`);
  await control.sql("delete from record_entry where kind = 'request'");
  await control.start();
  await control.sql('update session set authenticated_at = now()');
  const world = await World.begin(control, staff);
  for (const one of history) {
    await world.do(one);
    await world.check();
  }
  await world.end();
  await world.check();
}

test('whatever happens in whatever order, the promises about requests hold', async () => {
  console.log(`KEPT_TEST_SEED=${SEED}`);
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 12, maxLength: 30, size: 'max' }),
    (operations) => play(operations),
  );
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: !process.env.KEPT_TEST_ALL });
}, 3_600_000);
