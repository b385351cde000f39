/**
 * Random people, rows, consents, restrictions, holds, erasures, restarts, backups and restores, and clock jumps against a
 * simple model in memory. After each operation: nobody erased can be read, nobody else has lost anything, what was taken
 * back stays taken back, what has ended is gone, to the hour, and nothing else is. KEPT_TEST_SEED repeats a run.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { openScene } from './scene.ts';
import { type Operation, operation, PRODUCT_TABLES, World } from './world.ts';

const RUNS = process.env.KEPT_TEST_ALL ? 300 : 8;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

/** Plays a history against a store of its own; the promises are looked at after each of its steps. */
async function play(history: readonly Operation[]): Promise<void> {
  const scene = await openScene(postgres, PRODUCT_TABLES);
  try {
    const world = new World(scene);
    for (let at = 0; at < 3; at += 1) await world.join();
    for (const one of history) {
      await world.do(one);
      await world.check();
    }
  } finally {
    await scene.end();
  }
}

const first = { who: 0 };

test('a hold that stands in a backup brings back nobody whose erasure outlived it', () =>
  play([
    { do: 'hold', table: 0, ...first },
    { do: 'erase', ...first },
    { do: 'back up' },
    { do: 'end hold', ...first },
    { do: 'pass', hours: 2 },
    { do: 'restore' },
    { do: 'restart' },
  ]));

test('a hold that still stands keeps over a restore what it names', () =>
  play([
    { do: 'hold', table: 0, ...first },
    { do: 'back up' },
    { do: 'erase', ...first },
    { do: 'restore' },
    { do: 'restart' },
    { do: 'end hold', ...first },
    { do: 'pass', hours: 2 },
  ]));

test('what a hold keeps of an erasure that fell due opens after a restore as well', () =>
  play([
    { do: 'hold', table: 0, ...first },
    { do: 'visit', ...first },
    { do: 'schedule', ...first },
    { do: 'pass', hours: 720 },
    { do: 'back up' },
    { do: 'restore' },
    { do: 'restart' },
    { do: 'end hold', ...first },
    { do: 'pass', hours: 2 },
  ]));

test('whatever happens in whatever order, the promises of retention hold', async () => {
  console.log(`KEPT_TEST_SEED=${SEED}`);
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 15, maxLength: 50, size: 'max' }),
    (operations) => play(operations),
  );
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: !process.env.KEPT_TEST_ALL });
}, 7_200_000);
