/** What erasure promises: all of somebody goes, nothing of anybody else's, the record and the ledger say so. */
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { eq, isNull, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { cancelErasure, GRACE_DAYS, scheduleErasure } from '../../src/store/erasure/grace.ts';
import {
  replayLedger,
  resumeErasures,
  runDueErasures,
  runHeldErasures,
} from '../../src/store/erasure/resume.ts';
import { erasure, outbox } from '../../src/store/erasure/schema.ts';
import { tellProcessors } from '../../src/store/erasure/tell-processors.ts';
import { ledgerMark, recordEntry } from '../../src/store/ledger/schema.ts';
import { endHold, placeHold } from '../../src/store/retention/holds.ts';
import { openValue, sealRow } from '../../src/store/sealed-rows.ts';
import * as fixture from '../store/fixture-map.ts';
import { makeTables } from '../store/make-tables.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import {
  ALL_TABLES,
  doneEntries,
  everything,
  newId,
  openStage,
  rowsNaming,
  type Stage,
  seedPerson,
  temporaryFolder,
} from './stage.ts';

let postgres: TestPostgres;
let url: string;
let stage: Stage;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let clock: number;
let told: string[];
let failures: number;
let isHolding: boolean;
const master = randomBytes(32);
const DAY_MS = 86_400_000;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const open = (): Promise<Stage> =>
  openStage(url, place.folder, master, {
    now: () => clock,
    processors: [
      {
        name: 'test processor',
        holds: async () => isHolding,
        forget: async ({ id }) => {
          if (failures-- > 0) throw new Error('not now');
          told.push(id);
        },
      },
    ],
  });

beforeEach(async () => {
  url = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await makeTables(client, ALL_TABLES);
  await client.end();
  place = await temporaryFolder();
  [clock, told, failures, isHolding] = [Date.now(), [], 0, true];
  stage = await open();
}, 30_000);
afterEach(async () => {
  await stage.close();
  await place.remove();
});

test('all of a person goes, their own account too, and nobody else loses a byte', async () => {
  const one = await seedPerson(stage, 'ada');
  const other = await seedPerson(stage, 'bob');
  const before = await everything(stage, [one.person, one.account]);
  const erased = await eraseNow(stage.settings, { kind: 'person', id: one.person }, { role: 'person' });
  expect(erased).toMatchObject({ state: 'done', accounts: 1, held: [] });
  expect(await rowsNaming(stage, [one.person, one.account])).toEqual(
    // The processors still have to be told.
    [expect.stringContaining('outbox'), expect.stringContaining('outbox')],
  );
  expect(await everything(stage)).toEqual(before);
  expect(stage.store.keys.has('person', one.person)).toBe(false);
  expect(stage.store.keys.has('account', one.account)).toBe(false);
  expect(stage.store.keys.lookup('email', 'ada@example.org')).toBeNull();
  expect(stage.store.keys.lookup('email', 'bob@example.org')).toBe(other.person);
  expect(stage.ledger.lines.map(({ id }) => id)).toEqual([one.person, one.account]);
  // What the law keeps was handed over before it went.
  expect(stage.apart).toEqual([
    { table: 'fixture_order', row: expect.objectContaining({ amount: 5_000_000 }) },
  ]);
});

test('the receipt of an erasure is checked offline and says what was done', async () => {
  const { person } = await seedPerson(stage, 'ada');
  const erased = await eraseNow(
    stage.settings,
    { kind: 'person', id: person },
    { role: 'person', suppressed: true },
  );
  const receipt = await stage.store.record.receipt(erased?.entry as string);
  const verified = verifyReceipt(receipt, [noteVerifier(stage.store.record.verifierKey)]);
  expect(verified).toMatchObject({
    kind: 'erasure_done',
    content: {
      suppressed: true,
      accounts: 1,
      rows: 9,
      processors: [{ processor: 'test processor', state: 'open' }],
    },
  });
  expect(receipt).not.toContain(person);
});

test('an account that others own stays, and so does what they wrote', async () => {
  const one = await seedPerson(stage, 'ada');
  const other = await seedPerson(stage, 'bob');
  await stage.store.db
    .insert(fixture.membership)
    .values({ person: other.person, account: one.account, role: 'owner' });
  const erased = await eraseNow(stage.settings, { kind: 'person', id: one.person }, { role: 'person' });
  expect(erased).toMatchObject({ state: 'done', accounts: 0 });
  expect(stage.store.keys.has('account', one.account)).toBe(true);
  const [order] = await stage.store.db
    .select()
    .from(fixture.order)
    .where(eq(fixture.order.account, one.account));
  expect(order).toMatchObject({ payer: null, amount: 5_000_000 });
  expect(openValue(stage.store.vault, fixture.order, order as never, 'comment')?.reveal()).toBe('ada order');
});

test('a letter about several people stays for the others and goes with the last', async () => {
  const [one, other] = [await seedPerson(stage, 'ada'), await seedPerson(stage, 'bob')];
  const people = [one.person, other.person];
  const id = newId();
  const spot = { table: 'fixture_letter', column: 'text', row: id };
  const { sealed, wraps } = stage.store.vault.sealForMany(people, spot, 'to both');
  await stage.store.db
    .insert(fixture.letter)
    .values({ id, people, wraps: wraps.map((wrap) => wrap.toString('base64')), text: sealed as never });
  await eraseNow(stage.settings, { kind: 'person', id: one.person }, { role: 'person' });
  const [left] = await stage.store.db.select().from(fixture.letter);
  expect(left?.people.map((each) => each.replaceAll('-', ''))).toEqual([other.person]);
  const wrap = Buffer.from(left?.wraps[0] as string, 'base64');
  expect(stage.store.vault.openAsOne(other.person, spot, left?.text as Buffer, wrap).reveal()).toBe(
    'to both',
  );
  await eraseNow(stage.settings, { kind: 'person', id: other.person }, { role: 'person' });
  expect(await stage.store.db.select().from(fixture.letter)).toEqual([]);
});

test('more rows than one transaction takes go as well', async () => {
  const { person } = await seedPerson(stage, 'ada', 1);
  const rows = Array.from({ length: 2_500 }, () =>
    sealRow(stage.store.vault, fixture.note, { id: newId(), person, text: 'much' }),
  );
  for (let at = 0; at < rows.length; at += 500) {
    await stage.store.db.insert(fixture.note).values(rows.slice(at, at + 500));
  }
  await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  expect(await everything(stage)).toEqual([]);
  const [row] = await stage.store.db.select().from(erasure).where(isNull(erasure.cause));
  expect(row?.rows).toBe(2_507);
});

test('two erasures of one person at once are one', async () => {
  const { person } = await seedPerson(stage, 'ada');
  const name = { kind: 'person', id: person } as const;
  // A second settings object stands for a second process: nothing in memory is shared.
  const beside = { ...stage.settings };
  const both = await Promise.all([
    eraseNow(stage.settings, name, { role: 'person' }),
    eraseNow(stage.settings, name, { role: 'person' }),
    eraseNow(beside, name, { role: 'operator' }),
  ]);
  expect(both.some((each) => each?.state === 'done')).toBe(true);
  expect(await doneEntries(stage)).toBe(1);
  expect(await eraseNow(stage.settings, name, { role: 'person' })).toBeNull();
});

test('in the grace nothing is lost, keys are left out of backups, and it can be cancelled', async () => {
  const { person, account } = await seedPerson(stage, 'ada');
  const name = { kind: 'person', id: person } as const;
  const before = await everything(stage);
  const first = await scheduleErasure(stage.settings, name, 'person');
  expect(await scheduleErasure(stage.settings, name, 'person')).toEqual(first);
  expect([person, account].map((id) => stage.store.keys.inGrace(id))).toEqual([true, true]);
  clock += GRACE_DAYS * DAY_MS - 1;
  expect(await runDueErasures(stage.settings)).toEqual([]);
  expect(await cancelErasure(stage.settings, name, 'person')).toBe(true);
  expect([person, account].map((id) => stage.store.keys.inGrace(id))).toEqual([false, false]);
  clock += DAY_MS;
  expect(await runDueErasures(stage.settings)).toEqual([]);
  expect(await everything(stage)).toEqual(before);
  await scheduleErasure(stage.settings, name, 'person');
  clock += GRACE_DAYS * DAY_MS;
  expect(await runDueErasures(stage.settings)).toHaveLength(1);
  expect(await everything(stage)).toEqual([]);
});

test('a legal hold keeps what it names and no more; when it ends, the rest goes', async () => {
  const { person, account } = await seedPerson(stage, 'ada');
  const name = { kind: 'person', id: person } as const;
  const data = { tables: ['fixture_note'] };
  const hold = await placeHold(stage.store, { subjects: [name], data, reason: 'case 12', role: 'operator' });
  const erased = await eraseNow(stage.settings, name, { role: 'person' });
  expect(erased).toMatchObject({
    state: 'held',
    held: ['fixture_note', 'fixture_person', 'legal_hold'],
    entry: null,
  });
  const left = (await everything(stage)).map((row) => row.split(':')[0]);
  expect([...new Set(left)].sort()).toEqual(['fixture_note', 'fixture_person']);
  expect(stage.store.keys.lookup('email', 'ada@example.org')).toBeNull();
  await resumeErasures(stage.settings);
  expect((await everything(stage)).length).toBe(left.length);
  expect(await endHold(stage.store, hold.id, 'operator')).toBe(true);
  await resumeErasures(stage.settings);
  expect(await everything(stage)).toEqual([]);
  expect([person, account].some((id) => stage.store.keys.has('person', id))).toBe(false);
  expect(stage.store.keys.has('account', account)).toBe(false);
});

test('a hold that ends in the middle of an erasure leaves nothing behind', async () => {
  const { person } = await seedPerson(stage, 'ada');
  const subject = { kind: 'person', id: person } as const;
  const data = { tables: ['fixture_note'] };
  const hold = await placeHold(stage.store, { subjects: [subject], data, reason: 'case', role: 'operator' });
  const order = { ending: null as Promise<unknown> | null };
  const settings = {
    ...stage.settings,
    // Rows that the hold keeps were spared already.
    moveApart: async () => {
      let ended = false;
      order.ending ??= endHold(stage.store, hold.id, 'operator').finally(() => {
        ended = true;
      });
      const waits = sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
      while (!ended && (await stage.store.db.execute(waits)).rows.length === 0) await setImmediate();
    },
  };
  const erased = await eraseNow(settings, subject, { role: 'person' });
  await order.ending;
  await runHeldErasures(settings);
  expect(erased?.state).toBe('held');
  expect((await rowsNaming(stage, [person])).filter((row) => row.startsWith('fixture'))).toEqual([]);
});

test('processors are told until they answer, and then nothing names the erased', async () => {
  const { person, account } = await seedPerson(stage, 'ada');
  await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  failures = 3;
  expect(await tellProcessors(stage.settings)).toEqual({ done: 0, failed: 2 });
  expect(await tellProcessors(stage.settings)).toEqual({ done: 0, failed: 0 });
  clock += 10_000;
  expect(await tellProcessors(stage.settings)).toEqual({ done: 1, failed: 1 });
  clock += 20_000;
  expect(await tellProcessors(stage.settings)).toEqual({ done: 1, failed: 0 });
  expect(told.sort()).toEqual([person, account].sort());
  expect(await rowsNaming(stage, [person, account])).toEqual([]);
  expect((await stage.store.db.select().from(outbox)).every(({ doneAt }) => doneAt !== null)).toBe(true);
});

test('when the last processor has answered, an entry of its own completes the receipt, once', async () => {
  const { person } = await seedPerson(stage, 'ada');
  const erased = await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  const completed = () =>
    stage.store.db.select().from(recordEntry).where(eq(recordEntry.kind, 'erasure_completed'));
  failures = 1;
  expect(await tellProcessors(stage.settings)).toEqual({ done: 1, failed: 1 });
  expect(await completed()).toEqual([]);
  clock += 10_000;
  // Two at once, as two controls would.
  await Promise.all([tellProcessors(stage.settings), tellProcessors(stage.settings)]);
  const entries = await completed();
  expect(entries).toHaveLength(1);
  const receipt = await stage.store.record.receipt(entries[0]?.id as string);
  expect(verifyReceipt(receipt, [noteVerifier(stage.store.record.verifierKey)])).toMatchObject({
    kind: 'erasure_completed',
    content: { erasure: erased?.erasureId, processors: [{ processor: 'test processor', state: 'done' }] },
  });
});

test('a processor that holds nothing is not told, and the receipt says so', async () => {
  isHolding = false;
  const { person } = await seedPerson(stage, 'ada');
  const erased = await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  expect(await stage.store.db.select().from(outbox)).toEqual([]);
  const receipt = await stage.store.record.receipt(erased?.entry as string);
  expect(verifyReceipt(receipt, [noteVerifier(stage.store.record.verifierKey)])).toMatchObject({
    content: { processors: [{ processor: 'test processor', state: 'nothing' }] },
  });
});

test('with the master key and the rows as they were before, nothing of the erased opens; the others open', async () => {
  const everybody: { person: string; mark: string }[] = [];
  for (let at = 0; at < 50; at += 1) {
    const mark = `somebody${at}`;
    everybody.push({ ...(await seedPerson(stage, mark, 1)), mark });
  }
  const copy = {
    people: await stage.store.db.select().from(fixture.person),
    notes: await stage.store.db.select().from(fixture.note),
  };
  const half = everybody.slice(0, 25);
  for (const { person } of half) {
    await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  }
  const others = await everything(stage);
  // Only what is on the disk counts: opened anew with the master key.
  await stage.close();
  stage = await open();
  expect(await everything(stage)).toEqual(others);
  const gone = new Set(half.map(({ person }) => person));
  let opened = 0;
  for (const row of copy.people) {
    const read = () => openValue(stage.store.vault, fixture.person, row, 'email')?.reveal();
    if (gone.has(row.id)) expect(read).toThrow();
    else expect(read()).toMatch(/@example\.org$/);
    opened += gone.has(row.id) ? 0 : 1;
  }
  for (const row of copy.notes) {
    const read = () => openValue(stage.store.vault, fixture.note, row, 'text')?.reveal();
    if (gone.has(row.person)) expect(read).toThrow();
    else expect(read()).toMatch(/note 0$/);
  }
  expect(opened).toBe(25);
});

test('a restored copy that has the erased again loses them before anything is read', async () => {
  const [one, other] = [await seedPerson(stage, 'ada'), await seedPerson(stage, 'bob')];
  await eraseNow(stage.settings, { kind: 'person', id: one.person }, { role: 'person' });
  await stage.store.keys.createMany([{ kind: 'person', id: one.person }]);
  await stage.store.db
    .insert(fixture.person)
    .values(
      sealRow(stage.store.vault, fixture.person, { id: one.person, email: 'ada@example.org', name: 'ada' }),
    );
  expect(await replayLedger(stage.settings)).toBeGreaterThan(0);
  expect(stage.store.keys.has('person', one.person)).toBe(false);
  expect((await rowsNaming(stage, [one.person])).filter((row) => !row.startsWith('outbox'))).toEqual([]);
  expect(stage.store.keys.has('person', other.person)).toBe(true);
});

/** The rows of the erased as they were, put back as an older copy of the database has them. */
async function restoreCopy(person: string, { mark }: { mark: boolean }): Promise<void> {
  const { db, vault } = stage.store;
  await stage.store.keys.createMany([{ kind: 'person', id: person }]);
  const row = sealRow(vault, fixture.person, { id: person, email: 'back@example.org', name: 'back' });
  await db.insert(fixture.person).values(row);
  await stage.store.keys.destroy([{ kind: 'person', id: person }]);
  if (!mark) await db.delete(ledgerMark);
}

test('a ledger is replayed from where this database was, and an older database from where that one was', async () => {
  const people: string[] = [];
  for (const name of ['ada', 'bob', 'cyd']) people.push((await seedPerson(stage, name)).person);
  const [ada, bob, cyd] = people as [string, string, string];
  const erase = (id: string) => eraseNow(stage.settings, { kind: 'person', id }, { role: 'person' });
  const markIs = async () => (await stage.store.db.select().from(ledgerMark))[0]?.lines ?? 0;
  await erase(ada);
  await replayLedger(stage.settings);
  expect(await markIs()).toBe(2);
  await erase(bob);
  // Behind the mark it is not looked at again; beyond it, it is.
  await restoreCopy(ada, { mark: true });
  await restoreCopy(bob, { mark: true });
  expect(await replayLedger(stage.settings)).toBe(1);
  expect((await rowsNaming(stage, [bob])).filter((row) => row.startsWith('fixture'))).toEqual([]);
  expect((await rowsNaming(stage, [ada])).filter((row) => row.startsWith('fixture'))).toHaveLength(1);
  expect(await markIs()).toBe(4);
  // The mark goes back with the database that is restored.
  await restoreCopy(bob, { mark: false });
  await erase(cyd);
  await replayLedger(stage.settings);
  expect((await rowsNaming(stage, [ada, bob, cyd])).filter((row) => row.startsWith('fixture'))).toEqual([]);
  expect(await markIs()).toBe(6);
});

test('a mark that was set for another ledger counts for nothing', async () => {
  const { person } = await seedPerson(stage, 'ada');
  await eraseNow(stage.settings, { kind: 'person', id: person }, { role: 'person' });
  await replayLedger(stage.settings);
  for (const change of [{ last: 'of another' }, { lines: 1 }, { lines: 1_000_000 }]) {
    await restoreCopy(person, { mark: true });
    await stage.store.db.update(ledgerMark).set(change);
    expect(await replayLedger(stage.settings)).toBe(1);
    expect((await rowsNaming(stage, [person])).filter((row) => row.startsWith('fixture'))).toEqual([]);
  }
});

test('however many erasures are due, all of them are done in one round', async () => {
  const people = await Promise.all(
    Array.from({ length: 24 }, (_, at) => seedPerson(stage, `person${at}`, 0)),
  );
  for (const { person } of people) {
    await scheduleErasure(stage.settings, { kind: 'person', id: person }, 'person');
  }
  clock += GRACE_DAYS * DAY_MS;
  expect(await runDueErasures(stage.settings)).toHaveLength(24);
}, 60_000);
