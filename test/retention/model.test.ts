/**
 * Random people, rows, restrictions, holds, erasures, restarts and clock jumps against a simple model in memory. After
 * each round of housekeeping: nobody erased can be read, nobody else has lost anything, what has ended is gone, to the
 * hour, and nothing else is. KEPT_TEST_SEED repeats a run.
 */
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { cancelErasure, GRACE_DAYS, scheduleErasure } from '../../src/store/erasure/grace.ts';
import {
  replayLedger,
  resumeErasures,
  runDueErasures,
  runHeldErasures,
} from '../../src/store/erasure/resume.ts';
import { believedNow } from '../../src/store/retention/clock.ts';
import { endHold, placeHold } from '../../src/store/retention/holds.ts';
import { lift, restrict } from '../../src/store/rights/restrict.ts';
import { openValue } from '../../src/store/sealed-rows.ts';
import { newId, seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { addVisit, DAY_MS, HOUR_MS, openScene, type Scene, visits } from './scene.ts';

const RUNS = process.env.KEPT_TEST_ALL === '1' ? 300 : 8;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const by = { role: 'operator' } as const;
const TABLES = ['fixture_visit', 'fixture_note'] as const;
let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

interface Visit {
  readonly id: string;
  readonly at: number;
  hasAddress: boolean;
}
interface Person {
  readonly id: string;
  readonly account: string;
  /** The rows of their notes as they were, to be opened when they ought not to open. */
  readonly notes: (typeof fixture.note.$inferSelect)[];
  state: 'alive' | 'held' | 'gone';
  dueAt: number | null;
  restricted: boolean;
  visits: Visit[];
  hasNotes: boolean;
  readonly holds: Map<string, string>;
}

const some = fc.nat({ max: 2 });
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('visit' as const), who: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), who: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restrict', 'lift'), who: some }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('hold' as const), who: some, table: fc.nat({ max: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end hold' as const), who: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('erase', 'schedule', 'cancel'), who: some }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 800 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), hours: fc.integer({ min: 2, max: 99_999 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

class World {
  readonly #scene: Scene;
  readonly people: Person[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async do(one: Operation): Promise<void> {
    const scene = this.#scene;
    if (one.do === 'join') return await this.join();
    if (one.do === 'pass') return await this.#pass(('hours' in one ? one.hours : 1) * HOUR_MS);
    if (one.do === 'jump') return await this.#jump(('hours' in one ? one.hours : 2) * HOUR_MS);
    if (one.do === 'restart') {
      await scene.reopen();
      await replayLedger(scene.settings);
      await resumeErasures(scene.settings);
      for (const each of this.people) if (each.state === 'held') erased(each);
      return;
    }
    const who = this.people[('who' in one ? one.who : 0) % this.people.length] as Person;
    if (one.do === 'end hold') return await this.#endHold(who);
    if (who.state === 'alive') await this.#with(who, one);
  }

  async join(): Promise<void> {
    const { store } = this.#scene;
    const { person: id, account } = await seedPerson(this.#scene.stage, `somebody ${this.people.length}`, 1);
    await store.db.execute(sql`delete from fixture_visit where person_id = ${id}`);
    const notes = (await store.db.select().from(fixture.note)).filter((note) => note.person === id);
    const none = { dueAt: null, restricted: false, visits: [], holds: new Map() };
    this.people.push({ id, account, notes, state: 'alive', hasNotes: true, ...none });
  }

  async #with(who: Person, one: Operation): Promise<void> {
    const { store, settings } = this.#scene;
    const subject = { kind: 'person', id: who.id } as const;
    const now = this.#scene.now();
    if (one.do === 'visit') {
      who.visits.push({ id: await addVisit(store, who.id, { at: now }), at: now, hasAddress: true });
    } else if (one.do === 'restrict') {
      await restrict(store, { person: who.id, accounts: [who.account] }, 'person');
      who.restricted = true;
    } else if (one.do === 'lift') {
      await lift(store, who.id, 'person');
      who.restricted = false;
    } else if (one.do === 'hold') {
      const table = TABLES['table' in one ? one.table : 0] as string;
      const order = { subjects: [subject], data: { tables: [table] }, reason: newId(), ...by };
      who.holds.set((await placeHold(store, order)).id, table);
    } else if (one.do === 'schedule') {
      await scheduleErasure(settings, subject, 'person');
      who.dueAt ??= now + GRACE_DAYS * DAY_MS;
    } else if (one.do === 'cancel') {
      expect(await cancelErasure(settings, subject, 'person')).toBe(who.dueAt !== null);
      who.dueAt = null;
    } else if (one.do === 'erase') {
      erased(who);
      expect((await eraseNow(settings, subject, by))?.state).toBe(who.state === 'gone' ? 'done' : 'held');
    }
  }

  async #endHold(who: Person): Promise<void> {
    const [hold] = who.holds.keys();
    if (hold === undefined) return;
    expect(await endHold(this.#scene.store, hold, 'operator')).toBe(true);
    who.holds.delete(hold);
  }

  /** Kept has looked at the clock three times an hour. */
  async #pass(ms: number): Promise<void> {
    const now = this.#scene.now() + ms;
    this.#scene.setNow(now);
    await this.#scene.store.db.execute(sql`delete from clock_mark`);
    await this.#round();
    for (const who of this.people) {
      if (who.state === 'held' || (who.dueAt !== null && who.dueAt <= now)) erased(who);
      if (keeps(who, 'fixture_visit') || who.restricted) continue;
      who.visits = who.visits.filter(({ at }) => now < at + 30 * DAY_MS);
      for (const visit of who.visits) visit.hasAddress &&= now < visit.at + 7 * DAY_MS;
    }
  }

  /** Both clocks jump ahead and are put right again: nothing is destroyed. */
  async #jump(ms: number): Promise<void> {
    const { store, databaseClock } = this.#scene;
    const now = this.#scene.now();
    await believedNow(store, databaseClock);
    this.#scene.setNow(now + ms);
    await expect(this.#round()).rejects.toMatchObject({ code: 'clock_jumped' });
    this.#scene.setNow(now);
    await believedNow(store, databaseClock);
  }

  /** As housekeeping does it. */
  async #round(): Promise<void> {
    const { store, settings, databaseClock } = this.#scene;
    await believedNow(store, databaseClock);
    await runDueErasures(settings);
    await runHeldErasures(settings);
    await this.#scene.sweep();
  }

  async check(): Promise<void> {
    const { store } = this.#scene;
    const there = (await visits(store)).map((row) => `${row.id} ${row.address !== null}`);
    const ought = this.people.flatMap((who) => who.visits.map(({ id, hasAddress }) => `${id} ${hasAddress}`));
    expect(there.sort()).toEqual(ought.sort());
    const notes = new Set((await store.db.select().from(fixture.note)).map(({ id }) => id));
    for (const who of this.people) {
      expect(store.keys.has('person', who.id)).toBe(who.state !== 'gone');
      for (const note of who.notes) {
        expect(notes.has(note.id)).toBe(who.hasNotes);
        const open = () => openValue(store.vault, fixture.note, note, 'text')?.reveal();
        if (who.state === 'gone') expect(open).toThrow();
        else expect(open()).toMatch(/note 0$/);
      }
    }
    const { rows } = await store.db.execute<{ id: string }>(
      sql`select replace(id::text, '-', '') as id from fixture_person`,
    );
    const people = this.people.filter(
      (who) => who.state === 'alive' || who.visits.length > 0 || who.hasNotes,
    );
    expect(rows.map(({ id }) => id).sort()).toEqual(people.map(({ id }) => id).sort());
  }
}

const keeps = (who: Person, table: string): boolean => [...who.holds.values()].includes(table);

/** What erasing does in the model: all but what holds keep. */
function erased(who: Person): void {
  who.state = who.holds.size > 0 ? 'held' : 'gone';
  who.dueAt = null;
  who.restricted = false;
  if (!keeps(who, 'fixture_visit')) who.visits = [];
  if (!keeps(who, 'fixture_note')) who.hasNotes = false;
}

test('whatever happens in whatever order, the promises of retention hold', async () => {
  console.log(`KEPT_TEST_SEED=${SEED}`);
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 15, maxLength: 50, size: 'max' }),
    async (operations) => {
      const scene = await openScene(postgres);
      try {
        const world = new World(scene);
        for (let at = 0; at < 3; at += 1) await world.join();
        for (const one of operations) {
          await world.do(one);
          await world.check();
        }
      } finally {
        await scene.end();
      }
    },
  );
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: process.env.KEPT_TEST_ALL !== '1' });
}, 1_200_000);
