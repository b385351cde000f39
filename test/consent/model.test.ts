/**
 * Consents and restrictions against a model that knows only the order in which things happened: whatever the clock does,
 * however often an earlier state comes back and by whichever means, a consent stands if it was given after it was last
 * taken back, and data are restricted if that was asked for after it was last lifted.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, person } from '../../src/control/accounts/schema.ts';
import {
  ConsentTexts,
  giveConsent,
  replayChoices,
  replayChoicesInto,
  StandingConsents,
  withdrawConsent,
} from '../../src/control/consent/index.ts';
import { consent } from '../../src/control/consent/schema.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { isRestricted, lift, restrict } from '../../src/store/rights/restrict.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import { ALL_TABLES, newId, openStage, type Stage, seedPerson, temporaryFolder } from '../erasure/stage.ts';
import { makeTables } from '../store/make-tables.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const RUNS = process.env.KEPT_TEST_ALL ? 150 : 5;
const SEED = Number(process.env.KEPT_TEST_SEED ?? Date.now() % 2 ** 31);
const STEPS_MIN = 8;
const STEPS_MAX = 24;
const MORE = [person, account, consent];
/** What goes back to an earlier state when a database does. */
const ROLLED_BACK = ['consent', 'restriction', 'ledger_mark'];
const PURPOSES = ['measurement', 'recommendations'] as const;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const texts = await ConsentTexts.load();

type Step =
  | { readonly do: 'give' | 'withdraw'; readonly who: number; readonly purpose: number }
  | { readonly do: 'restrict' | 'lift'; readonly who: number }
  | { readonly do: 'clock'; readonly by: number }
  | { readonly do: 'back up' | 'start again' }
  | { readonly do: 'restore' | 'come back by other means'; readonly which: number };

const ofOne = { who: 0, purpose: 0 } as const;
/** A consent that was lost by going back, then taken back, and stands in another copy. */
const KNOWN: readonly Step[][] = [
  [
    { do: 'withdraw', ...ofOne },
    { do: 'back up' },
    { do: 'give', ...ofOne },
    { do: 'back up' },
    { do: 'come back by other means', which: 0 },
    { do: 'withdraw', ...ofOne },
    { do: 'come back by other means', which: 1 },
  ],
  [
    { do: 'back up' },
    { do: 'clock', by: YEAR_MS },
    { do: 'give', ...ofOne },
    { do: 'back up' },
    { do: 'restore', which: 0 },
    { do: 'clock', by: -YEAR_MS },
    { do: 'withdraw', ...ofOne },
    { do: 'restore', which: 1 },
  ],
];

const who = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('give', 'withdraw'), who, purpose: fc.nat({ max: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restrict', 'lift'), who }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('clock'), by: fc.integer({ min: -YEAR_MS, max: YEAR_MS }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('back up', 'start again') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('restore', 'come back by other means'),
      which: fc.nat({ max: 5 }),
    }),
  },
) as fc.Arbitrary<Step>;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

/** The order in which things happened; `given` goes back with the database, the rest never does. */
class Model {
  #moment = 0;
  given = new Map<string, number>();
  readonly #withdrawn = new Map<string, number>();
  readonly #restricted = new Map<number, boolean>();

  give(key: string): void {
    if (!this.stands(key)) this.given.set(key, ++this.#moment);
  }

  withdraw(key: string): void {
    this.#withdrawn.set(key, ++this.#moment);
  }

  restrict(of: number, is: boolean): void {
    this.#restricted.set(of, is);
  }

  stands(key: string): boolean {
    return (this.given.get(key) ?? 0) > (this.#withdrawn.get(key) ?? 0);
  }

  isRestricted(of: number): boolean {
    return this.#restricted.get(of) ?? false;
  }
}

interface Copy {
  readonly rows: Readonly<Record<string, unknown>>;
  readonly ledger: string;
  readonly given: Map<string, number>;
}

/** The real thing: a stage whose clock is set and whose tables go back. */
class World {
  readonly #place: { url: string; folder: string; master: Buffer };
  readonly people: string[] = [];
  #stage: Stage | null = null;
  now = Date.parse('2026-11-24T12:00:00Z');

  constructor(place: { url: string; folder: string; master: Buffer }) {
    this.#place = place;
  }

  get store(): Stage['store'] {
    if (this.#stage === null) throw new Error('the stage is closed');
    const { store } = this.#stage;
    return { ...store, map: [...store.map, ...MORE.map((table) => entryOf(table))] };
  }

  get ledgerFolder(): string {
    return join(this.#place.folder, 'ledger');
  }

  async begin(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#place.url });
    await client.connect();
    await makeTables(client, [...ALL_TABLES, ...MORE]);
    await client.end();
    await this.open();
    for (const name of ['ada', 'ben']) {
      const ids = await seedPerson(this.#stage as Stage, name);
      const row = { id: ids.person, email: `${name}@example.org`, name };
      await this.store.db.insert(person).values(sealRow(this.store.vault, person, row));
      this.people.push(ids.person);
    }
  }

  /** As control starts. */
  async open(): Promise<void> {
    const { url, folder, master } = this.#place;
    this.#stage = await openStage(url, folder, master, { now: () => this.now });
    await replayChoices(this.store);
  }

  async close(): Promise<void> {
    await this.#stage?.close();
    this.#stage = null;
  }

  async copy(given: Map<string, number>): Promise<Copy> {
    const rows: Record<string, unknown> = {};
    for (const table of ROLLED_BACK) {
      const found = await this.store.db.execute<{ all: unknown }>(
        sql`select coalesce(jsonb_agg(t), '[]') as all from ${sql.identifier(table)} t`,
      );
      rows[table] = found.rows[0]?.all;
    }
    const ledger = join(this.#place.folder, `copy-${newId()}`);
    await mkdir(ledger);
    await cp(join(this.ledgerFolder, 'choices'), join(ledger, 'choices')).catch(() => {});
    return { rows, ledger, given: new Map(given) };
  }

  /** The rows as they were; `byRestore`: with the hook that a restore has, else only the next start knows. */
  async goBackTo(copy: Copy, byRestore: boolean): Promise<void> {
    const { map } = this.store;
    await this.store.db.transaction(async (tx) => {
      for (const table of ROLLED_BACK) {
        const name = sql.identifier(table);
        await tx.execute(sql`delete from ${name}`);
        await tx.execute(
          sql`insert into ${name} select * from jsonb_populate_recordset(null::${name}, ${JSON.stringify(copy.rows[table])}::jsonb)`,
        );
      }
      const ledgers = { here: this.ledgerFolder, inBackup: copy.ledger };
      if (byRestore) await replayChoicesInto(map)(tx as never, ledgers);
    });
    await this.close();
    await this.open();
  }
}

async function play(world: World, model: Model, steps: readonly Step[]): Promise<void> {
  const copies: Copy[] = [];
  for (const each of steps) {
    await take(world, model, copies, each);
    await compare(world, model, JSON.stringify(each));
  }
}

async function take(world: World, model: Model, copies: Copy[], each: Step): Promise<void> {
  const { store } = world;
  switch (each.do) {
    case 'give':
    case 'withdraw': {
      const subject = { kind: 'person', id: world.people[each.who] as string } as const;
      const purpose = PURPOSES[each.purpose] as (typeof PURPOSES)[number];
      const answer = { subject, purpose, way: 'web', role: 'person' } as const;
      await (each.do === 'give' ? giveConsent : withdrawConsent)({ store, texts }, answer);
      model[each.do](`${each.who} ${purpose}`);
      return;
    }
    case 'restrict':
      await restrict(store, { person: world.people[each.who] as string, accounts: [] }, 'person');
      return model.restrict(each.who, true);
    case 'lift':
      await lift(store, world.people[each.who] as string, 'person');
      return model.restrict(each.who, false);
    case 'clock':
      world.now += each.by;
      return;
    case 'back up':
      copies.push(await world.copy(model.given));
      return;
    case 'start again':
      await world.close();
      return world.open();
    default: {
      const copy = copies[each.which % Math.max(1, copies.length)];
      if (copy === undefined) return;
      await world.goBackTo(copy, each.do === 'restore');
      model.given = new Map(copy.given);
    }
  }
}

async function compare(world: World, model: Model, after: string): Promise<void> {
  const { db, choices, now } = world.store;
  const consents = new StandingConsents({ db, choices, texts, now });
  for (const [of, id] of world.people.entries()) {
    const subject = { kind: 'person', id } as const;
    for (const purpose of PURPOSES) {
      const stands = (await consents.among(purpose, [subject])).has(id);
      expect(stands, `${purpose} of ${of} after ${after}`).toBe(model.stands(`${of} ${purpose}`));
      // The rows alone say the same: nobody has to know of the ledger to read them.
      const { rows } = await db.execute<{ open: number }>(sql`select count(*)::int as open from consent
        where person_id = ${id} and purpose = ${purpose} and answer = 'given' and withdrawn_at is null`);
      expect(rows[0]?.open, `rows of ${purpose} of ${of} after ${after}`).toBe(stands ? 1 : 0);
    }
    expect(await isRestricted(db, subject), `restriction of ${of} after ${after}`).toBe(
      model.isRestricted(of),
    );
  }
}

test('what was taken back stays so, what was given later stands, in any order of acts, clocks and restores', async () => {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: STEPS_MIN, maxLength: STEPS_MAX, size: 'max' }),
      async (steps) => {
        const { folder, remove } = await temporaryFolder();
        const world = new World({ url: await postgres.database(), folder, master: randomBytes(32) });
        try {
          await world.begin();
          await play(world, new Model(), steps);
          played += steps.length;
        } finally {
          await world.close();
          await remove();
          await rm(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: RUNS, seed: SEED, examples: KNOWN.map((steps) => [steps]) },
  );
  console.log(`${played} steps played in ${RUNS} runs, KEPT_TEST_SEED=${SEED}`);
}, 600_000);
