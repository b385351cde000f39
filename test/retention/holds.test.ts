/** What a legal hold promises: what it names stays, and nothing else does; when it ends, what it held up goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { replayLedger, resumeErasures, runHeldErasures } from '../../src/store/erasure/resume.ts';
import { endHold, listHolds, placeHold, readHoldReason } from '../../src/store/retention/holds.ts';
import { legalHold } from '../../src/store/retention/schema.ts';
import { openValue, sealRow } from '../../src/store/sealed-rows.ts';
import { everything, newId, seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { addVisit, DAY_MS, entries, openScene, type Scene, START, visits } from './scene.ts';

let postgres: TestPostgres;
let scene: Scene;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  scene = await openScene(postgres);
}, 30_000);
afterEach(() => scene.end());

const person = (id: string) => ({ kind: 'person', id }) as const;
const account = (id: string) => ({ kind: 'account', id }) as const;
const by = { role: 'operator' } as const;
const hold = (
  subjects: Parameters<typeof placeHold>[1]['subjects'],
  data: Parameters<typeof placeHold>[1]['data'],
  reason = 'case 12 of 2026',
) => placeHold(scene.store, { subjects, data, reason, ...by });
const erase = (id: string) => eraseNow(scene.settings, person(id), by);
const tablesLeft = async (): Promise<string[]> => [
  ...new Set((await everything(scene.stage)).map((row) => row.split(':')[0] as string)),
];

/** Without a mark the next look believes whatever the clock says. */
async function pass(until: number): Promise<void> {
  scene.setNow(until);
  await scene.store.db.execute(sql`delete from clock_mark`);
}

test('the sweep leaves alone what a hold names: that table of that person, and no other', async () => {
  const [one, other] = [await seedPerson(scene.stage, 'ada'), await seedPerson(scene.stage, 'bob')];
  await scene.store.db.delete(fixture.visit);
  const kept = await addVisit(scene.store, one.person, { at: START });
  await addVisit(scene.store, other.person, { at: START });
  const letter = newId();
  const spot = { table: 'fixture_letter', column: 'text', row: letter };
  const { sealed, wraps } = scene.store.vault.sealForMany([one.person], spot, 'a letter');
  await scene.store.db.insert(fixture.letter).values({
    id: letter,
    people: [one.person],
    wraps: wraps.map((wrap) => wrap.toString('base64')),
    text: sealed as never,
    at: new Date(START),
  });
  const placed = await hold([person(one.person)], { tables: ['fixture_visit'] });
  await pass(START + 400 * DAY_MS);
  expect((await scene.sweep())?.rows).toMatchObject({ fixture_visit: 1, fixture_letter: 1 });
  const left = await visits(scene.store);
  expect(left.map(({ id }) => id)).toEqual([kept]);
  // Not even the column that ends by itself was emptied.
  expect(openValue(scene.store.vault, fixture.visit, left[0] as never, 'address')?.reveal()).toBe(
    '192.0.2.7',
  );
  expect(await endHold(scene.store, placed.id, 'operator')).toBe(true);
  await scene.sweep();
  expect(await visits(scene.store)).toEqual([]);
});

test('a hold by data class keeps the tables in which the class stands, or one below it', async () => {
  const { person: id } = await seedPerson(scene.stage, 'ada');
  expect((await hold([person(id)], { classes: ['user.device'] })).tables).toEqual(['fixture_visit']);
  expect((await hold([person(id)], { classes: ['user.content.private'] })).tables).toContain('fixture_note');
  expect((await hold([person(id)], 'everything')).tables).toEqual(
    expect.arrayContaining(['fixture_letter', 'fixture_note', 'fixture_person', 'fixture_visit']),
  );
  // An account’s own tables only.
  const { account: other } = await seedPerson(scene.stage, 'bob');
  expect((await hold([account(other)], { classes: ['user.unique_id'] })).tables).not.toContain(
    'fixture_note',
  );
});

test('a hold on an organisation keeps what names it, also when somebody else’s erasure would take it', async () => {
  const [one, other] = [await seedPerson(scene.stage, 'ada'), await seedPerson(scene.stage, 'bob')];
  // Bob owns Ada's account too, so that it does not end with her.
  await scene.store.db
    .insert(fixture.membership)
    .values({ person: other.person, account: one.account, role: 'owner' });
  const placed = await hold([account(one.account)], { tables: ['fixture_membership', 'fixture_order'] });
  expect(await erase(one.person)).toMatchObject({
    state: 'held',
    held: ['fixture_membership', 'fixture_order', 'fixture_person'],
  });
  const memberships = await scene.store.db.select().from(fixture.membership);
  expect(memberships.map((row) => row.person).sort()).toEqual(
    [one.person, other.person, other.person].sort(),
  );
  const [order] = await scene.store.db
    .select()
    .from(fixture.order)
    .where(eq(fixture.order.account, one.account));
  expect(order?.payer).toBe(one.person);
  // She is not named herself: what was hers alone is gone, and what is left of her row opens no more.
  expect(await scene.store.db.select().from(fixture.note).where(eq(fixture.note.person, one.person))).toEqual(
    [],
  );
  expect(scene.store.keys.has('person', one.person)).toBe(false);
  expect(scene.store.keys.has('account', one.account)).toBe(true);

  await endHold(scene.store, placed.id, 'operator');
  expect(await runHeldErasures(scene.settings)).toBe(1);
  const left = await everything(scene.stage);
  expect(left.some((row) => row.replaceAll('-', '').includes(one.person))).toBe(false);
  expect(left.filter((row) => row.startsWith('fixture_order'))).toHaveLength(2);
});

test('of two accounts that end with their person, the one that is not named goes, and its key', async () => {
  const one = await seedPerson(scene.stage, 'ada');
  const second = newId();
  await scene.store.keys.create('account', second);
  await scene.store.db
    .insert(fixture.account)
    .values(sealRow(scene.store.vault, fixture.account, { id: second, name: 'second' }));
  await scene.store.db
    .insert(fixture.membership)
    .values({ person: one.person, account: second, role: 'owner' });
  await hold([account(one.account)], { tables: ['fixture_order'] });
  expect((await erase(one.person))?.state).toBe('held');
  // The order points to its account and its payer, whose rows stay with it.
  expect((await tablesLeft()).sort()).toEqual(['fixture_account', 'fixture_order', 'fixture_person']);
  expect(scene.store.keys.has('account', second)).toBe(false);
  expect(scene.store.keys.has('account', one.account)).toBe(true);
  expect((await scene.store.db.select().from(fixture.account)).map(({ id }) => id)).toEqual([one.account]);
});

test('starts, replays and sweeps leave what is held; it goes when the hold ends, with its key and its hold’s link', async () => {
  const one = await seedPerson(scene.stage, 'ada');
  const placed = await hold([person(one.person), account(one.account)], { tables: ['fixture_note'] });
  await erase(one.person);
  const before = await everything(scene.stage);
  expect(before.filter((row) => row.startsWith('fixture_note'))).toHaveLength(3);
  for (let start = 0; start < 2; start += 1) {
    await scene.reopen();
    await replayLedger(scene.settings);
    await resumeErasures(scene.settings);
    await pass(scene.now() + 40 * DAY_MS);
    await scene.sweep();
  }
  expect(await everything(scene.stage)).toEqual(before);
  const [note] = await scene.store.db.select().from(fixture.note);
  expect(openValue(scene.store.vault, fixture.note, note as never, 'text')?.reveal()).toMatch(/^ada note/);

  await endHold(scene.store, placed.id, 'operator');
  await scene.reopen();
  expect(await runHeldErasures(scene.settings)).toBe(1);
  expect(await everything(scene.stage)).toEqual([]);
  expect(scene.store.keys.has('person', one.person)).toBe(false);
  const holds = await scene.store.db.select().from(legalHold);
  expect(holds.map((row) => [row.person, row.account])).toEqual([
    [null, null],
    [null, null],
  ]);
  await pass(scene.now() + 366 * DAY_MS);
  await scene.sweep();
  expect(await scene.store.db.select().from(legalHold)).toEqual([]);
});

test('two holds on the same data: it stays until the last has ended', async () => {
  const { person: id } = await seedPerson(scene.stage, 'ada');
  const [first, second] = [
    await hold([person(id)], { tables: ['fixture_note'] }),
    await hold([person(id)], { classes: ['user.content'] }),
  ];
  await erase(id);
  await endHold(scene.store, first.id, 'operator');
  expect(await runHeldErasures(scene.settings)).toBe(0);
  expect(await tablesLeft()).toContain('fixture_note');
  await endHold(scene.store, second.id, 'operator');
  expect(await runHeldErasures(scene.settings)).toBe(1);
  expect(await tablesLeft()).toEqual([]);
});

test('the reason is sealed; it opens for somebody who says why, after the record has it', async () => {
  const { person: id } = await seedPerson(scene.stage, 'ada');
  const placed = await hold([person(id)], { tables: ['fixture_note'] }, ' the dispute with Ada Lovelace ');
  const { rows } = await scene.store.db.execute<{ row: string }>(sql`
    select t::text as row from legal_hold t union all select e::text from record_entry e`);
  for (const { row } of rows) {
    expect(row).not.toContain('Lovelace');
    expect(row).not.toContain(Buffer.from('Lovelace').toString('hex'));
  }
  await expect(
    readHoldReason(scene.store, { hold: placed.id, role: 'privacy', reason: ' ' }),
  ).rejects.toMatchObject({ code: 'reason_missing' });
  expect(await entries(scene.store, 'staff_read')).toEqual([]);
  const look = { hold: placed.id, role: 'privacy', reason: 'audit' } as const;
  expect(await readHoldReason(scene.store, look)).toBe('the dispute with Ada Lovelace');
  expect(await entries(scene.store, 'staff_read')).toEqual([
    { table: 'legal_hold', hold: placed.id, purpose: 'legal', reason: 'audit' },
  ]);
  expect(await readHoldReason(scene.store, { ...look, hold: newId() })).toBeNull();
});

test('placing and ending stand in the record, and the list shows what holds', async () => {
  const { person: id, account: own } = await seedPerson(scene.stage, 'ada');
  const placed = await hold([person(id), account(own)], { tables: ['fixture_note'] });
  expect(await listHolds(scene.store)).toEqual([placed]);
  expect(placed).toMatchObject({
    subjects: [person(id), account(own)],
    tables: ['fixture_note'],
    endedAt: null,
  });
  expect(await endHold(scene.store, placed.id, 'operator')).toBe(true);
  expect(await endHold(scene.store, placed.id, 'operator')).toBe(false);
  expect(await endHold(scene.store, newId(), 'operator')).toBe(false);
  expect(await listHolds(scene.store)).toEqual([]);
  expect(await listHolds(scene.store, { all: true })).toEqual([{ ...placed, endedAt: START }]);
  expect(await entries(scene.store, 'hold_placed')).toEqual([
    { hold: placed.id, subjects: 2, tables: ['fixture_note'], reason: 'case 12 of 2026' },
  ]);
  expect(await entries(scene.store, 'hold_ended')).toEqual([{ hold: placed.id }]);
});

test('bad input places nothing: no reason, no such table or class, one that holds nothing of them, the erased', async () => {
  const { person: id } = await seedPerson(scene.stage, 'ada');
  const subjects = [person(id)];
  const refused = async (work: Promise<unknown>, code: string) =>
    await expect(work).rejects.toMatchObject({ name: 'Refused', code });
  await refused(hold(subjects, { tables: ['fixture_note'] }, '  '), 'reason_missing');
  await refused(hold(subjects, { tables: ['fixture_note'] }, 'x'.repeat(501)), 'reason_missing');
  await refused(hold(subjects, { tables: ['fixture_note', 'no_such_table'] }), 'not_found');
  await refused(hold(subjects, { tables: ['fixture_price'] }), 'not_found');
  await refused(hold(subjects, { classes: ['user'.repeat(2)] }), 'not_found');
  await refused(hold(subjects, {}), 'not_found');
  await refused(hold([], { tables: ['fixture_note'] }), 'not_found');
  await refused(hold([person(newId())], { tables: ['fixture_note'] }), 'erased');
  await erase(id);
  await refused(hold(subjects, { tables: ['fixture_note'] }), 'erased');
  expect(await scene.store.db.select().from(legalHold)).toEqual([]);
  expect(await entries(scene.store, 'hold_placed')).toEqual([]);
});

test('a hold that is placed while something is swept waits for it; once acknowledged, nothing that it names goes', async () => {
  const { person: id } = await seedPerson(scene.stage, 'ada');
  await scene.store.db.delete(fixture.visit);
  await addVisit(scene.store, id, { at: START });
  await pass(START + 30 * DAY_MS);
  const { store } = scene;
  const act = store.record.act.bind(store.record);
  let placed: Promise<unknown> = Promise.resolve();
  let isPlaced = false;
  store.record.act = (work) =>
    act(async (tx, enter) => {
      const answer = await work(tx, enter);
      if (answer !== 1) return answer;
      // The batch has taken the row and is not committed: the order comes now.
      store.record.act = act;
      placed = hold([person(id)], { tables: ['fixture_visit'] }).then(() => {
        isPlaced = true;
      });
      await sleep(100);
      expect(isPlaced).toBe(false);
      await addVisit(store, id, { at: START });
      return answer;
    });
  await scene.sweep();
  await placed;
  expect(await visits(store)).toHaveLength(1);
  await scene.sweep();
  expect(await visits(store)).toHaveLength(1);
});
