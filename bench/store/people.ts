/**
 * Made-up people in the product's tables, ten rows each: a person, an account of their own, its membership, a key, two
 * entries of the ledger, four usage records. Values are made of random numbers and sealed as the product seals them;
 * rows go in by COPY, with indexes and references made afterwards.
 */
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import type { PgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { account, membership, person } from '../../src/control/accounts/schema.ts';
import { ledgerEntry } from '../../src/control/billing/schema.ts';
import { apiKey } from '../../src/control/keys/schema.ts';
import { sqlName } from '../../src/store/map/rows.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import { type BenchStore, setWalls } from './open.ts';

export const ROWS_A_PERSON = 10;
const USAGE_RECORDS = 4;
/** People whose keys and rows are made together. */
const CHUNK_PEOPLE = 2_000;
const TABLES = ['person', 'account', 'membership', 'api_key', 'ledger_entry', 'usage_record'];

export interface Somebody {
  readonly person: string;
  readonly account: string;
  readonly key: string;
}

const page = Buffer.alloc(16 * 1024);
let left = 0;

/** A random id; random bytes are asked for in pages. */
export function newId(): string {
  if (left === 0) {
    randomFillSync(page);
    left = page.length;
  }
  left -= 16;
  return page.toString('hex', left, left + 16);
}

export const emailOf = (id: string): string => `${id.slice(0, 12)}@example.org`;

/** Makes `count` people, everything of them durable; answers `sample` of them, spread over all. */
export async function seedPeople(
  bench: BenchStore,
  count: number,
  sample: number,
  say: (line: string) => void,
): Promise<Somebody[]> {
  const begun = performance.now();
  const made = new Made();
  const every = Math.max(1, Math.floor(count / sample));
  const kept: Somebody[] = [];
  const { owner } = bench;
  const isWalled = await wallsStand(owner);
  await setWalls(owner, false);
  const later = await withoutIndexes(owner);
  for (let at = 0; at < count; at += CHUNK_PEOPLE) {
    const people = Array.from({ length: Math.min(CHUNK_PEOPLE, count - at) }, () => ({
      person: newId(),
      account: newId(),
      key: newId(),
    }));
    await makeKeys(bench, people);
    made.add(bench, people);
    await made.copy(owner);
    kept.push(...people.filter((_, offset) => (at + offset) % every === 0));
  }
  say(`${count} people with keys and sealed rows after ${seconds(begun)} s`);
  await owner.query(METERED);
  await owner.query(`select setval('ledger_entry_id_seq', 2 * $1::bigint)`, [count]);
  for (const statement of later) await owner.query(statement);
  await owner.query('vacuum (freeze, analyze)');
  if (isWalled) await setWalls(owner, true);
  await owner.query('checkpoint').catch(() => {});
  say(`${count * ROWS_A_PERSON} rows with their indexes after ${seconds(begun)} s`);
  return kept.slice(0, sample);
}

async function wallsStand(owner: pg.Client): Promise<boolean> {
  const { rows } = await owner.query<{ forced: boolean }>(
    `select relforcerowsecurity as forced from pg_class where oid = 'person'::regclass`,
  );
  return rows[0]?.forced === true;
}

const seconds = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(0);

/** What is not sealed, made where it goes: the charge of four requests and the requests themselves. */
const METERED = `
  with charged as (
    insert into ledger_entry (id, account_id, kind, amount_microusd, at)
    select 2 * row_number() over (), account_id, 'usage', -40, now() - interval '10 days' from api_key
    returning id, account_id
  )
  insert into usage_record (id, account_id, key_id, endpoint, started_at, duration_ms, prompt_tokens,
    completion_tokens, price_microusd, ending, ledger_entry_id)
  select gen_random_uuid(), charged.account_id, api_key.id, 'chat', now() - interval '10 days' + n * interval '1 minute',
    900, 200, 150, 10, 'complete', charged.id
  from charged join api_key using (account_id) cross join generate_series(1, ${USAGE_RECORDS}) n`;

/** Drops indexes and references of the tables to be filled; answers the statements that put them back. */
async function withoutIndexes(owner: pg.Client): Promise<string[]> {
  const { rows: references } = await owner.query<{ drop: string; add: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
     from pg_constraint where contype = 'f' and conrelid::regclass::text = any($1)`,
    [TABLES],
  );
  const { rows: indexes } = await owner.query<{ drop: string; add: string }>(
    `select format('drop index %I', indexname) as drop, indexdef as add from pg_indexes
     where schemaname = 'public' and tablename = any($1)
       and not exists (select from pg_constraint where conname = indexname and contype in ('p', 'u'))`,
    [TABLES],
  );
  for (const { drop } of [...references, ...indexes]) await owner.query(drop);
  return [...indexes, ...references].map(({ add }) => add);
}

async function makeKeys({ store }: BenchStore, people: readonly Somebody[]): Promise<void> {
  await store.keys.createMany(
    people.flatMap((each) => [
      { kind: 'person' as const, id: each.person },
      { kind: 'account' as const, id: each.account },
    ]),
  );
  await Promise.all(people.map((each) => store.keys.setLookup('email', emailOf(each.person), each.person)));
}

/** Rows as text for COPY. */
class Made {
  readonly #tables = new Map<PgTable, { columns: readonly string[]; lines: string[] }>();
  #entry = 1;

  add({ store: { vault } }: BenchStore, people: readonly Somebody[]): void {
    for (const { person: id, account: own, key } of people) {
      this.#row(person, sealRow(vault, person, { id, email: emailOf(id), name: `Ada ${id.slice(0, 8)}` }));
      this.#row(
        account,
        sealRow(vault, account, {
          id: own,
          name: `Works of ${own.slice(0, 8)}`,
          way: 'operator',
          balance: 4_999_960,
        }),
      );
      this.#row(membership, { person: id, account: own, role: 'owner' });
      const hash = Buffer.from(newId() + newId(), 'hex');
      this.#row(apiKey, {
        ...sealRow(vault, apiKey, { id: key, account: own, hash: '', name: 'laptop' }),
        hash,
      });
      const entry = {
        id: this.#entry,
        account: own,
        kind: 'credit' as const,
        amount: 5_000_000,
        reason: 'paid by card',
      };
      this.#row(ledgerEntry, sealRow(vault, ledgerEntry, entry));
      this.#entry += 2;
    }
  }

  async copy(owner: pg.Client): Promise<void> {
    for (const [table, { columns, lines }] of this.#tables) {
      const stream = owner.query(
        copyFrom(`copy "${entryOf(table).name}" (${columns.join(', ')}) from stdin`),
      );
      stream.end(lines.join(''));
      await once(stream, 'finish');
      lines.length = 0;
    }
  }

  #row(table: PgTable, values: Readonly<Record<string, unknown>>): void {
    let of = this.#tables.get(table);
    if (of === undefined) {
      const entry = entryOf(table);
      of = { columns: Object.keys(values).map((key) => `"${sqlName(entry, key)}"`), lines: [] };
      this.#tables.set(table, of);
    }
    of.lines.push(`${Object.values(values).map(asText).join('\t')}\n`);
  }
}

const asText = (value: unknown): string =>
  Buffer.isBuffer(value) ? `\\\\x${value.toString('hex')}` : String(value);
