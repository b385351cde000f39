/**
 * Erasure beside Edna's figures: median and p95 of erasing a person with 10 rows among many, and what a storm of
 * erasures does to other people's reads and writes. `node bench/erasure.ts [--people N]`.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import { eraseNow } from '../src/store/erasure/erase.ts';
import { sealRow } from '../src/store/sealed-rows.ts';
import { ALL_TABLES, newId, openStage, type Stage, temporaryFolder } from '../test/erasure/stage.ts';
import * as fixture from '../test/store/fixture-map.ts';
import { makeTables } from '../test/store/make-tables.ts';
import { startPostgres } from '../test/support/postgres.ts';

const NOTES = 7;
const ERASED = 500;
const WARM_UP = 50;
const CHUNK = 200;
const ALONE_MS = 4_000;
const WORKERS = 2;

/** Indexes that every reference to a subject needs, as the product's tables have them. */
const INDEXES = [
  'membership(account_id)',
  'note(person_id)',
  'order(account_id)',
  'order(payer_id)',
  'visit(person_id)',
];

async function seed(stage: Stage, people: number): Promise<string[]> {
  const { db, keys, vault } = stage.store;
  const all: string[] = [];
  for (let at = 0; at < people; at += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, people - at) }, () => ({
      person: newId(),
      account: newId(),
    }));
    await keys.createMany(
      ids.flatMap(({ person, account }) => [
        { kind: 'person' as const, id: person },
        { kind: 'account' as const, id: account },
      ]),
    );
    const person = ids.map((id) =>
      sealRow(vault, fixture.person, { id: id.person, email: `${id.person}@example.org`, name: 'Somebody' }),
    );
    const account = ids.map((id) => sealRow(vault, fixture.account, { id: id.account, name: 'Account' }));
    const notes = ids.flatMap((id) =>
      Array.from({ length: NOTES }, () =>
        sealRow(vault, fixture.note, { id: newId(), person: id.person, text: 'A note' }),
      ),
    );
    await db.transaction(async (tx) => {
      await tx.insert(fixture.person).values(person);
      await tx.insert(fixture.account).values(account);
      await tx.insert(fixture.membership).values(ids.map((id) => ({ ...id, role: 'owner' as const })));
      await tx.insert(fixture.note).values(notes);
    });
    all.push(...ids.map((id) => id.person));
  }
  return all;
}

/** Reads and writes by people who stay, until `done`; operations a second. */
async function otherWork(stage: Stage, people: readonly string[], until: () => boolean): Promise<number> {
  const began = performance.now();
  let operations = 0;
  const work = async (): Promise<void> => {
    while (!until()) {
      const person = people[Math.floor(Math.random() * people.length)] as string;
      await stage.store.db.select().from(fixture.note).where(eq(fixture.note.person, person));
      await stage.store.db.update(fixture.visit).set({ pages: 1 }).where(eq(fixture.visit.person, person));
      await stage.store.db
        .insert(fixture.note)
        .values(sealRow(stage.store.vault, fixture.note, { id: newId(), person, text: 'Another' }));
      operations += 3;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return (operations * 1000) / (performance.now() - began);
}

const { values } = parseArgs({ options: { people: { type: 'string', default: '20000' } } });
const postgres = await startPostgres();
const place = await temporaryFolder();
try {
  const url = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await makeTables(client, ALL_TABLES);
  for (const index of INDEXES) {
    const [table, column] = index.split('(') as [string, string];
    await client.query(`create index on "fixture_${table}" (${column}`);
  }
  await client.end();
  const stage = await openStage(url, place.folder, randomBytes(32));
  const people = await seed(stage, Number(values.people));
  await stage.store.db.execute(sql`analyze`);
  const erase = (id: string) => eraseNow(stage.settings, { kind: 'person', id }, { role: 'person' });
  for (const id of people.splice(0, WARM_UP)) await erase(id);
  const times: number[] = [];
  for (const id of people.splice(0, ERASED)) {
    const began = performance.now();
    await erase(id);
    times.push(performance.now() - began);
  }
  times.sort((one, other) => one - other);
  const at = (share: number): string => (times[Math.floor(times.length * share)] as number).toFixed(1);
  console.log(
    `erasure of ${ERASED} of ${values.people} people with 10 rows: median ${at(0.5)} ms, p95 ${at(0.95)} ms`,
  );
  const storm = people.splice(0, ERASED);
  const end = performance.now() + ALONE_MS;
  const alone = await otherWork(stage, people, () => performance.now() > end);
  let over = false;
  const during = otherWork(stage, people, () => over);
  for (const id of storm) await erase(id);
  over = true;
  const beside = await during;
  console.log(
    `other work: ${alone.toFixed(0)}/s alone, ${beside.toFixed(0)}/s during a storm (${((beside / alone - 1) * 100).toFixed(1)} %)`,
  );
  await stage.close();
} finally {
  await postgres.stop();
  await place.remove();
}
