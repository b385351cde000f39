/** What a law keeps of the erased: only what it demands, apart, under keys that die with it, read for it alone. */
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { LAWS } from '../../src/store/map/words.ts';
import { readRetained } from '../../src/store/retention/read-retained.ts';
import { retained } from '../../src/store/retention/schema.ts';
import { newId, seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { DAY_MS, entries, openScene, type Scene, START } from './scene.ts';

let postgres: TestPostgres;
let scene: Scene;
const law = 'us-tax-records';
const LAW_MS = LAWS[law].days * DAY_MS;
const read = { actor: null, role: 'operator', law, reason: 'tax audit of 2026' } as const;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  scene = await openScene(postgres);
}, 30_000);
afterEach(() => scene.end());

/** Erases somebody with orders placed at these times; answers their ids. */
async function erased(...placed: number[]) {
  const { store } = scene;
  const ids = await seedPerson(scene.stage, 'ada');
  await store.db.delete(fixture.order);
  const { person: payer, account } = ids;
  await store.db
    .insert(fixture.order)
    .values(placed.map((at, amount) => ({ id: newId(), account, payer, amount, placedAt: new Date(at) })));
  const done = await eraseNow(scene.settings, { kind: 'person', id: payer }, { role: 'person' });
  expect(done?.state).toBe('done');
  return ids;
}

test('only the columns that the law demands are kept, and nothing names anybody', async () => {
  const { person, account } = await erased(START, START + 1);
  const kept = await readRetained(scene.store, read);
  expect(kept).toMatchObject([{ source: 'fixture_order' }]);
  const inAnyOrder = kept[0]?.rows as { amount: number }[];
  expect(inAnyOrder.toSorted((one, other) => one.amount - other.amount)).toEqual([
    { amount: 0, placedAt: new Date(START).toISOString() },
    { amount: 1, placedAt: new Date(START + 1).toISOString() },
  ]);
  const { rows } = await scene.store.db.execute<{ row: string }>(sql`select t::text as row from retained t`);
  for (const { row } of rows) {
    expect(row.replaceAll('-', '')).not.toContain(person);
    expect(row.replaceAll('-', '')).not.toContain(account);
    expect(row).not.toContain(Buffer.from('placedAt').toString('hex'));
  }
});

test('each day’s end has a row and a key of its own; both go with the first sweep after it', async () => {
  await erased(START, START + 3 * DAY_MS, START - LAW_MS - 2 * DAY_MS);
  // What the law had let go before the erasure is kept nowhere.
  const rows = await scene.store.db.select().from(retained).orderBy(retained.until);
  const midnight = (at: number) => (Math.floor(at / DAY_MS) + 1) * DAY_MS;
  expect(rows.map(({ until }) => until.getTime())).toEqual([
    midnight(START) + LAW_MS,
    midnight(START + 3 * DAY_MS) + LAW_MS,
  ]);
  for (const [at, row] of rows.entries()) {
    scene.setNow(row.until.getTime() - 1);
    await scene.store.db.execute(sql`delete from clock_mark`);
    await scene.sweep();
    expect(scene.store.keys.has('retained', row.id)).toBe(true);
    scene.setNow(row.until.getTime());
    // Its key opens nothing any more, before anything was swept.
    expect((await readRetained(scene.store, read)).map(({ id }) => id)).not.toContain(row.id);
    expect(scene.store.keys.has('retained', row.id)).toBe(false);
    expect(await scene.sweep()).toEqual({ rows: { retained: 1 }, keys: 1 });
    expect(await scene.store.db.select().from(retained)).toHaveLength(rows.length - 1 - at);
  }
});

test('it is read for its law only, by somebody who says why, and the record has it first', async () => {
  await erased(START);
  for (const reason of ['', ' ', 'x'.repeat(501)]) {
    await expect(readRetained(scene.store, { ...read, reason })).rejects.toMatchObject({
      code: 'reason_missing',
    });
  }
  await expect(readRetained(scene.store, { ...read, law: 'no-such-law' as never })).rejects.toMatchObject({
    code: 'wrong_purpose',
  });
  expect(await entries(scene.store, 'staff_read')).toEqual([]);
  const { store } = scene;
  const refuses = { ...store.record, act: () => Promise.reject(new Error('the record is away')) };
  await expect(readRetained({ ...store, record: refuses as never }, read)).rejects.toThrow('away');
  const [kept] = await readRetained(store, read);
  expect(await entries(store, 'staff_read')).toEqual([
    { actor: null, purpose: 'legal', law, reason: read.reason, table: 'retained', rows: [kept?.id] },
  ]);
});

test('a damaged row says that it cannot be read and hides no other; pages go on where they ended', async () => {
  await erased(...Array.from({ length: 120 }, (_, at) => START - at * DAY_MS));
  const first = await readRetained(scene.store, read);
  expect(first).toHaveLength(100);
  const last = first.at(-1)?.id as string;
  expect(await readRetained(scene.store, { ...read, after: last })).toHaveLength(20);
  await scene.store.db
    .update(retained)
    .set({ content: Buffer.alloc(60) })
    .where(eq(retained.id, last));
  const again = await readRetained(scene.store, read);
  expect(again.filter(({ rows }) => rows === 'unreadable').map(({ id }) => id)).toEqual([last]);
});
