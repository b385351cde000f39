/**
 * Every act on rights and retention is struck at every statement and every write to the disk: killed there (with the
 * write torn, too), its connection cut there (before the statement and after it, unheard), the disk full from there on.
 * Each time the act is not begun or whole, once, with its entries in the record; whoever asks again gets it; nobody else
 * lost anything; and the record verifies from its first entry to its last. A run takes a share of the points that
 * changes with the seed; KEPT_TEST_ALL takes all.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IndexedOpening } from '../../src/record/check-openings.ts';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { DiskTiles } from '../../src/store/ledger/disk-tiles.ts';
import { shareOf } from '../http/share.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { ACTIONS } from './actions.ts';
import { type Ground, makeGround, openPlace, type Running } from './stage.ts';
import { FAULTS, type Fault, pointsOf, strike } from './strike.ts';

const POINTS_MAX = 500;
/** On one ground: whoever was struck stays there, and each start looks at all of them. */
const STRIKES_MAX = 8;
/** What takes longer hangs. */
const STRIKE_MS_MAX = 30_000;
/** Of each action, in an ordinary run. */
const FEW = 1;
let postgres: TestPostgres;
let ground: Ground;
const all: Record<Fault, number> = { killed: 0, cut: 0, full: 0 };
let struck = 0;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.stop();
  const total = FAULTS.reduce((sum, fault) => sum + all[fault], 0);
  console.log(`struck at ${struck} of ${total} points: ${JSON.stringify(all)}`);
});
beforeEach(async () => {
  ground = await makeGround(postgres);
}, 30_000);
afterEach(() => ground.end());

describe.each(Object.keys(ACTIONS))('%s', (name) => {
  test('struck anywhere, is not begun or whole', { timeout: 600_000 }, async () => {
    const action = ACTIONS[name];
    if (action === undefined) throw new Error(name);
    const ends: Record<string, number> = {};
    const points = await pointsOf(ground, action);
    const each = FAULTS.flatMap((fault) =>
      Array.from({ length: points[fault] }, (_, point) => ({ fault, point })),
    );
    expect(each.length).toBeLessThan(POINTS_MAX);
    for (const fault of FAULTS) all[fault] += points[fault];
    let strikes = 0;
    await shareOf(name, FEW, each.length, async (index) => {
      if (++strikes % STRIKES_MAX === 0) {
        await expectVerifies();
        await ground.end();
        ground = await makeGround(postgres);
      }
      const { fault, point } = each[index] as (typeof each)[number];
      const late = sleep(STRIKE_MS_MAX, null, { ref: false }).then(() => {
        throw new Error('it does not end');
      });
      const { outcome } = await Promise.race([strike(ground, action, fault, point), late]).catch((error) => {
        throw new Error(`${fault} at point ${point} of ${points[fault]}`, { cause: error });
      });
      ends[outcome] = (ends[outcome] ?? 0) + 1;
      struck += 1;
    });
    console.log(`${name}: ${JSON.stringify(ends)}`);
    await expectVerifies();
  });
});

async function* opened(at: Running): AsyncGenerator<IndexedOpening> {
  for await (const { index, opening } of at.store.record.openings()) {
    if (opening !== null) yield { index, ...opening };
  }
}

async function expectVerifies(): Promise<void> {
  const at = await openPlace(ground);
  try {
    const { record } = at.store;
    await record.publish(Date.now());
    const report = await verifyRecord(new DiskTiles(join(at.folder, 'ledger', 'record'), realDisk), {
      origin: 'test.example/record',
      verifiers: [noteVerifier(record.verifierKey)],
      openings: opened(at),
      everyEntryOpened: true,
    });
    expect(report).toMatchObject({ ok: true });
  } finally {
    await at.stage.close();
  }
}
