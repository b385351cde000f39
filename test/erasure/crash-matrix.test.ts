/**
 * Killed before each statement and each write of an erasure, a scheduling and a cancelling: opened again, each is either
 * not begun or whole, the record has every act once, and nobody else has lost anything.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { desc, isNull } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IndexedOpening } from '../../src/record/check-openings.ts';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { cancelErasure, scheduleErasure } from '../../src/store/erasure/grace.ts';
import { resumeErasures } from '../../src/store/erasure/resume.ts';
import { erasure } from '../../src/store/erasure/schema.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { DiskTiles } from '../../src/store/ledger/disk-tiles.ts';
import { recordEntry } from '../../src/store/ledger/schema.ts';
import type { SubjectName } from '../../src/store/map/rows.ts';
import { makeTables } from '../store/make-tables.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  ALL_TABLES,
  everything,
  openStage,
  rowsNaming,
  type Stage,
  seedPerson,
  temporaryFolder,
} from './stage.ts';

const POINTS_MAX = 500;
const master = randomBytes(32);
let postgres: TestPostgres;
let url: string;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let others: string[];
let otherId: { person: string; account: string };

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await makeTables(client, ALL_TABLES);
  await client.end();
  place = await temporaryFolder();
  const stage = await openStage(url, place.folder, master);
  otherId = await seedPerson(stage, 'somebody else');
  others = await everything(stage);
  await stage.close();
}, 60_000);
afterAll(async () => {
  await postgres.stop();
  await place.remove();
});

interface Ids {
  readonly person: string;
  readonly account: string;
  readonly address: string;
}

interface Scene {
  /** Before the kill can come. */
  readonly before?: (stage: Stage, subject: SubjectName) => Promise<unknown>;
  readonly act: (stage: Stage, subject: SubjectName) => Promise<unknown>;
  /** The two end states that are right: without the act and with it. */
  readonly outcome: (stage: Stage, ids: Ids) => Promise<'without' | 'with' | string>;
}

const role = 'person' as const;
const scenes: Record<string, Scene> = {
  erase: {
    act: (stage, subject) => eraseNow(stage.settings, subject, { role, suppressed: true }),
    outcome: async (stage, { person, account, address }) => {
      const rows = await rowsNaming(stage, [person, account]);
      const alive = [stage.store.keys.has('person', person), stage.store.keys.has('account', account)];
      const written = [person, account].map((id) => stage.ledger.lines.some((line) => line.id === id));
      const away = stage.store.keys.isSuppressed(address, 'all');
      const [last] = await stage.store.db
        .select()
        .from(erasure)
        .where(isNull(erasure.cause))
        .orderBy(desc(erasure.askedAt));
      const gone = rows.length === 0 && !alive.some(Boolean) && written.every(Boolean);
      // What the receipt says of the address is what the key store holds.
      if (gone && last?.suppressed === away) return 'with';
      if (rows.length === 8 && alive.every(Boolean) && !written.some(Boolean) && !away) return 'without';
      return `rows ${rows.length}, keys ${alive}, ledger ${written}, kept away ${away}`;
    },
  },
  schedule: {
    act: (stage, subject) => scheduleErasure(stage.settings, subject, role, true),
    outcome: (stage, ids) => graceOf(stage, ids, { scheduled: 'with', none: 'without' }),
  },
  cancel: {
    before: (stage, subject) => scheduleErasure(stage.settings, subject, role, true),
    act: (stage, subject) => cancelErasure(stage.settings, subject, role),
    outcome: (stage, ids) => graceOf(stage, ids, { scheduled: 'without', cancelled: 'with' }),
  },
};

async function graceOf(
  stage: Stage,
  { person, account, address }: Ids,
  names: Readonly<Record<string, string>>,
): Promise<string> {
  const rows = (await stage.store.db.select().from(erasure)).filter((row) => row.person === person);
  const state = rows[0]?.state ?? 'none';
  const grace = [person, account].map((id) => stage.store.keys.inGrace(id));
  const away = stage.store.keys.isSuppressed(address, 'all');
  const asked = state === 'scheduled';
  const right = grace.every((each) => each === asked) && away === asked && rows.length < 2;
  return right ? (names[state] ?? state) : `${state} ${rows.length}, grace ${grace}, kept away ${away}`;
}

/** Runs the scene and dies before step `point`; answers whether it got to its end. */
async function killAt(name: string, point: number): Promise<{ ended: boolean; ids: Ids }> {
  const scene = scenes[name] as Scene;
  let armed = false;
  let steps = 0;
  const stage = await openStage(url, place.folder, master, {
    step: (what) => {
      if (armed && ++steps > point) throw new Error(`killed before ${what}`);
    },
  });
  const mark = `${name}${point}`;
  const ids = { ...(await seedPerson(stage, mark)), address: `${mark}@example.org` };
  const subject = { kind: 'person', id: ids.person } as const;
  await scene.before?.(stage, subject);
  await stage.store.record.settled();
  armed = true;
  const ended = await scene.act(stage, subject).then(
    () => true,
    () => false,
  );
  // What follows the answer may be killed as well; the record then tries again for ever.
  if (ended) await Promise.race([stage.store.record.settled(), sleep(300)]);
  await stage.close();
  return { ended: ended && steps <= point, ids };
}

async function recordIsWhole(stage: Stage): Promise<void> {
  await stage.store.record.settled();
  const { db, record } = stage.store;
  expect(await db.select().from(recordEntry).where(isNull(recordEntry.index))).toEqual([]);
  // Nothing was ever padded here: as many entries in the record as acts in the database, and each once.
  expect(record.log.size).toBe((await db.select().from(recordEntry)).length);
  const openings: string[] = [];
  for await (const { opening } of record.openings()) openings.push(String(opening?.kind));
  expect(openings.length).toBe(record.log.size);
  const rows = await db.select().from(recordEntry).orderBy(recordEntry.index);
  expect(openings).toEqual(rows.map(({ kind }) => kind));
}

async function* opened(stage: Stage): AsyncGenerator<IndexedOpening> {
  for await (const { index, opening } of stage.store.record.openings()) {
    if (opening !== null) yield { index, ...opening };
  }
}

let points = 0;
test.each(Object.keys(scenes))(
  '%s, killed anywhere, is not begun or whole',
  async (name) => {
    const scene = scenes[name] as Scene;
    const seen = new Set<string>();
    for (let point = 0; point < POINTS_MAX; point += 1) {
      const { ended, ids } = await killAt(name, point);
      const stage = await openStage(url, place.folder, master);
      await resumeErasures(stage.settings);
      const outcome = await scene.outcome(stage, ids);
      expect(['without', 'with'], `${name} killed at point ${point}: ${outcome}`).toContain(outcome);
      seen.add(outcome);
      await recordIsWhole(stage);
      const left = await rowsNaming(stage, [otherId.person, otherId.account]);
      expect(left.filter((row) => row.startsWith('fixture_')).length).toBe(8);
      await stage.close();
      if (!ended) continue;
      expect(outcome).toBe('with');
      points += point;
      console.log(`${name}: killed at ${point} points`);
      break;
    }
    expect([...seen].sort()).toEqual(['with', 'without']);
  },
  120_000,
);

test('after all these kills the record verifies from its first entry to its last, and the other has lost nothing', async () => {
  expect(points).toBeGreaterThan(20);
  const stage = await openStage(url, place.folder, master);
  const ids = new Set(others);
  expect((await everything(stage)).filter((row) => ids.has(row)).sort()).toEqual([...others].sort());
  await stage.store.record.publish(Date.now());
  const report = await verifyRecord(new DiskTiles(join(place.folder, 'ledger', 'record'), realDisk), {
    origin: 'test.example/record',
    verifiers: [noteVerifier(stage.store.record.verifierKey)],
    openings: opened(stage),
    everyEntryOpened: true,
  });
  expect(report).toMatchObject({ ok: true });
  await stage.close();
});
