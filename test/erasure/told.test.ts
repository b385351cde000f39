/** Within the hour before an erasure begins its person is told once, whatever the clock does and whoever is told beside them. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cancelErasure, scheduleErasure } from '../../src/store/erasure/grace.ts';
import { runDueErasures } from '../../src/store/erasure/resume.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { tellDue } from '../../src/store/erasure/tell-due.ts';
import { makeTables } from '../store/make-tables.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { ALL_TABLES, openStage, type Stage, seedPerson, temporaryFolder } from './stage.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let postgres: TestPostgres;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let stage: Stage;
let clock: number;
let told: string[];
let failing: string | null;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  const url = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await makeTables(client, ALL_TABLES);
  await client.end();
  place = await temporaryFolder();
  [clock, told, failing] = [Date.now(), [], null];
  stage = await openStage(url, place.folder, randomBytes(32), { now: () => clock });
}, 30_000);
afterEach(async () => {
  await stage.close();
  await place.remove();
});

const settings = (): ErasureSettings => ({
  ...stage.settings,
  tell: async (_tx, what, person) => {
    if (what !== 'due') return;
    if (person.replaceAll('-', '') === failing) throw new Error('as told');
    told.push(person.replaceAll('-', ''));
  },
});
/** A round of control at this time. */
async function lookAt(time: number): Promise<number> {
  clock = time;
  return tellDue(settings(), clock);
}

async function leaving(mark: string) {
  const { person } = await seedPerson(stage, mark, 0);
  const subject = { kind: 'person', id: person } as const;
  const scheduled = await scheduleErasure(settings(), subject, 'person');
  return { person, subject, dueAt: scheduled?.dueAt ?? 0 };
}

test('once, not before the last hour, and not again when the clock goes back and comes again', async () => {
  const { person, dueAt } = await leaving('ada');
  expect(await lookAt(dueAt - HOUR_MS - 1)).toBe(0);
  expect(await lookAt(dueAt - HOUR_MS)).toBe(1);
  for (const minutes of [59, 600, 40, 1]) expect(await lookAt(dueAt - minutes * MINUTE_MS)).toBe(0);
  clock = dueAt;
  expect(await runDueErasures(settings())).toHaveLength(1);
  expect(told).toEqual([person]);
});

test('two who look at once tell once', async () => {
  const { person, dueAt } = await leaving('ada');
  clock = dueAt - MINUTE_MS;
  const counts = await Promise.all(Array.from({ length: 4 }, () => tellDue(settings(), clock)));
  expect(counts.sort()).toEqual([0, 0, 0, 1]);
  expect(told).toEqual([person]);
});

test('who took it back is not told, and who asks again is told again', async () => {
  const { person, subject, dueAt } = await leaving('ada');
  await lookAt(dueAt - MINUTE_MS);
  await cancelErasure(settings(), subject, 'person');
  expect(await lookAt(dueAt - MINUTE_MS)).toBe(0);
  const again = await scheduleErasure(settings(), subject, 'person');
  expect(await lookAt((again?.dueAt ?? 0) - MINUTE_MS)).toBe(1);
  expect(told).toEqual([person, person]);
});

test('what was due before anybody looked is erased, and nobody is told what is not true', async () => {
  const { dueAt } = await leaving('ada');
  expect(await lookAt(dueAt)).toBe(0);
  expect(await runDueErasures(settings())).toHaveLength(1);
  expect(told).toEqual([]);
});

test('one who cannot be told keeps no other from it, is tried again, and is erased in time', async () => {
  const [ada, bob] = [await leaving('ada'), await leaving('bob')];
  failing = ada.person;
  await expect(lookAt(ada.dueAt - 40 * MINUTE_MS)).rejects.toThrow('as told');
  expect(told).toEqual([bob.person]);
  failing = null;
  expect(await lookAt(ada.dueAt - 20 * MINUTE_MS)).toBe(1);
  expect(told).toEqual([bob.person, ada.person]);
  clock = Math.max(ada.dueAt, bob.dueAt);
  expect(await runDueErasures(settings())).toHaveLength(2);
});
