/**
 * A model of people, their rows, consents, restrictions, holds, erasures, backups and the clock, played against a store:
 * each operation is done in both, and `check` compares them.
 */
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect } from 'vitest';
import { account as productAccount, person as productPerson } from '../../src/control/accounts/schema.ts';
import {
  ConsentTexts,
  giveConsent,
  replayChoices,
  StandingConsents,
  withdrawConsent,
} from '../../src/control/consent/index.ts';
import { consent } from '../../src/control/consent/schema.ts';
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
import { openValue, sealRow } from '../../src/store/sealed-rows.ts';
import { newId, seedPerson } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { addVisit, DAY_MS, HOUR_MS, type Scene, visits } from './scene.ts';

/** Tables of the product that the model needs beside the small map. */
export const PRODUCT_TABLES = [productPerson, productAccount, consent];
const by = { role: 'operator' } as const;
const TABLES = ['fixture_visit', 'fixture_note'] as const;
const ANSWER = { purpose: 'measurement', way: 'web', role: 'person' } as const;
const texts = await ConsentTexts.load();

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
  hasConsented: boolean;
  /** How often they took it back. */
  withdrawals: number;
  /** A backup left their keys out: what a hold still keeps opens no more. */
  keyless: boolean;
}

const copyOf = (who: Person): Person => ({
  ...who,
  visits: who.visits.map((visit) => ({ ...visit })),
  holds: new Map(who.holds),
});

const some = fc.nat({ max: 2 });
export const operation = fc.oneof(
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
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('agree', 'disagree'), who: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('back up', 'restore') }) },
);
export type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

export class World {
  readonly #scene: Scene;
  readonly people: Person[] = [];
  #backup: { readonly file: string; readonly people: readonly Person[] } | null = null;

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
      await this.#start();
      for (const each of this.people) if (each.state === 'held') erased(each);
      return;
    }
    if (one.do === 'back up') {
      this.#backup = { file: await scene.backup(), people: this.people.map(copyOf) };
      return;
    }
    if (one.do === 'restore') return await this.#restore();
    const who = this.people[('who' in one ? one.who : 0) % this.people.length] as Person;
    if (one.do === 'end hold') return await this.#endHold(who);
    if (who.state === 'alive') await this.#with(who, one);
  }

  async join(): Promise<void> {
    const { store } = this.#scene;
    const { person: id, account } = await seedPerson(this.#scene.stage, `somebody ${this.people.length}`, 1);
    await store.db.execute(sql`delete from fixture_visit where person_id = ${id}`);
    const notes = (await store.db.select().from(fixture.note)).filter((note) => note.person === id);
    const named = { email: `${id}@example.org`, name: 'Somebody' };
    await store.db.insert(productPerson).values(sealRow(store.vault, productPerson, { id, ...named }));
    const owned = { id: account, name: 'Their own', way: 'operator' } as const;
    await store.db.insert(productAccount).values(sealRow(store.vault, productAccount, owned));
    const none = { dueAt: null, restricted: false, visits: [], holds: new Map() };
    const consents = { hasConsented: false, withdrawals: 0, keyless: false };
    this.people.push({ id, account, notes, state: 'alive', hasNotes: true, ...none, ...consents });
  }

  /** As control does before it serves. */
  async #start(): Promise<void> {
    const { settings } = this.#scene;
    await replayChoices(settings.store);
    await replayLedger(settings);
    await resumeErasures(settings);
  }

  /** Everything is as it was at the backup, but for what was taken back since: that stays taken back. */
  async #restore(): Promise<void> {
    const backup = this.#backup;
    if (backup === null) return;
    await this.#scene.restore(backup.file);
    await this.#start();
    // A clock that was last looked at before the backup is doubted for half an hour; the test does not wait.
    await this.#scene.store.db.execute(sql`delete from clock_mark`);
    const now = new Map(this.people.map((who) => [who.id, who]));
    const restored = backup.people.map((was) => broughtBack(copyOf(was), now.get(was.id) as Person));
    this.people.splice(0, this.people.length, ...restored);
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
    } else if (one.do === 'agree') {
      await giveConsent({ store, texts }, { subject, ...ANSWER });
      who.hasConsented = true;
    } else if (one.do === 'disagree') {
      if (!who.hasConsented) return;
      await withdrawConsent({ store, texts }, { subject, ...ANSWER });
      who.hasConsented = false;
      who.withdrawals += 1;
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
    const standing = await new StandingConsents({ ...store, texts }).everybody(ANSWER.purpose);
    const consented = this.people.filter((who) => who.hasConsented).map(({ id }) => id);
    expect([...standing].sort()).toEqual(consented.sort());
    for (const who of this.people) {
      const isReadable = who.state !== 'gone' && !who.keyless;
      expect(store.keys.has('person', who.id)).toBe(isReadable);
      for (const note of who.notes) {
        expect(notes.has(note.id)).toBe(who.hasNotes);
        const open = () => openValue(store.vault, fixture.note, note, 'text')?.reveal();
        if (isReadable) expect(open()).toMatch(/note 0$/);
        else expect(open).toThrow();
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
  who.hasConsented = false;
  if (!keeps(who, 'fixture_visit')) who.visits = [];
  if (!keeps(who, 'fixture_note')) who.hasNotes = false;
}

/** Somebody as a restore leaves them: `was` at the backup, `is` just before the restore. */
function broughtBack(was: Person, is: Person): Person {
  was.hasConsented &&= was.withdrawals === is.withdrawals;
  was.withdrawals = is.withdrawals;
  was.restricted = is.restricted;
  // In the grace their keys are in no backup.
  const isLeftOut = was.dueAt !== null;
  // A hold that the backup has and that their erasure outlived keeps nobody.
  if (is.state === 'gone') was.holds.clear();
  was.keyless ||= isLeftOut;
  if (was.state === 'held' || is.state !== 'alive' || isLeftOut) erased(was);
  return was;
}
