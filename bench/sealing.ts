/**
 * What sealing costs: the product's tables beside the same tables with plain columns, on one server, read and written
 * by the same statements over one connection, in turns.
 */
import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { person } from '../src/control/accounts/schema.ts';
import { ledgerEntry } from '../src/control/billing/schema.ts';
import { apiKey } from '../src/control/keys/schema.ts';
import { openValue, sealRow } from '../src/store/sealed-rows.ts';
import type { Figure } from './figures.ts';
import { quantile } from './measure.ts';
import { type BenchStore, openBenchStore } from './store/open.ts';
import { emailOf, newId, type Somebody, seedPeople } from './store/people.ts';
import { type BenchServer, startBenchServer } from './store/server.ts';

export interface SealingEffort {
  readonly people: number;
  readonly rounds: number;
  /** Operations of one side in one round. */
  readonly operations: number;
}

const TIMES_MAX = 1.3;
const SPACE_MAX = 1.4;
const PAGE_ROWS = 100;
const TABLES = ['person', 'account', 'membership', 'api_key', 'ledger_entry', 'usage_record'];
const KEY_FILES = ['people', 'lookups', 'journal', 'epochs'];
/** The text that stands sealed in each column, as `people.ts` makes it. */
const PLAIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  person: {
    email: `left(replace(id::text, '-', ''), 12) || '@example.org'`,
    name: `'Ada ' || left(id::text, 8)`,
  },
  account: { name: `'Works of ' || left(id::text, 8)` },
  api_key: { name: `'laptop'`, networks: 'null' },
  ledger_entry: { reason: `case when kind = 'credit' then 'paid by card' end` },
};

export async function sealingBench(effort: SealingEffort, say: (line: string) => void): Promise<Figure[]> {
  const server = await startBenchServer();
  try {
    const bench = await openBenchStore(server, { walled: false });
    const people = await seedPeople(bench, effort.people, effort.people >> 1, say);
    await makePlain(bench.owner);
    const figures = [await space(bench.owner, server, effort.people)];
    for (const kind of KINDS) figures.push(await compare(kind, bench, people, effort, say));
    await bench.close();
    return figures;
  } finally {
    await server.stop();
  }
}

/** The same tables, rows, constraints and indexes in the schema `plain`, and the index that finds people by address. */
async function makePlain(owner: pg.Client): Promise<void> {
  await owner.query('create schema plain');
  for (const table of TABLES) {
    await owner.query(`create table plain.${table} (like public.${table} including all)`);
    const texts = PLAIN[table] ?? {};
    for (const column of Object.keys(texts))
      await owner.query(`alter table plain.${table} alter column ${column} type text using null`);
    const { rows } = await owner.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [`plain.${table}`],
    );
    const names = rows.map(({ name }) => name);
    const values = names.map((name) => texts[name] ?? name);
    await owner.query(`insert into plain.${table} (${names}) select ${values} from public.${table}`);
  }
  await owner.query('create unique index on plain.person (email)');
  await owner.query('vacuum (full, analyze)');
}

/** Tables with their indexes, and on our side the key files; bytes a person. */
async function space(owner: pg.Client, server: BenchServer, people: number): Promise<Figure> {
  const size = async (schema: string): Promise<number> => {
    const { rows } = await owner.query<{ bytes: string }>(
      'select sum(pg_total_relation_size(name::regclass)) as bytes from unnest($1::text[]) name',
      [TABLES.map((table) => `${schema}.${table}`)],
    );
    return Number(rows[0]?.bytes);
  };
  const keys = KEY_FILES.reduce(
    (sum, name) => sum + statSync(path.join(server.folder, 'keys', name)).size,
    0,
  );
  const sealed = (await size('public')) + keys;
  const plain = await size('plain');
  return figure(
    'space of ten rows a person, keys included',
    sealed / people,
    plain / people,
    SPACE_MAX,
    'bytes a person',
  );
}

/** One operation on one side. */
type Operation = (bench: BenchStore, somebody: Somebody) => Promise<unknown>;
interface Kind {
  readonly what: string;
  readonly sealed: Operation;
  readonly plain: Operation;
}

const bare = (id: string): string => id.replaceAll('-', '');

const KINDS: readonly Kind[] = [
  {
    what: 'read: somebody by their address, with the names of their keys',
    sealed: async ({ owner, store }, { person: id, account }) => {
      const found = store.keys.lookup('email', emailOf(id));
      const { rows } = await owner.query(
        named('sealed-person', 'select id, email, name, created_at from person where id = $1', [found]),
      );
      const row = { ...rows[0], id: bare(rows[0].id) };
      openValue(store.vault, person, row, 'email')?.reveal();
      openValue(store.vault, person, row, 'name')?.reveal();
      const keys = await owner.query(
        named('sealed-keys', 'select id, name, state from api_key where account_id = $1', [account]),
      );
      for (const key of keys.rows)
        openValue(store.vault, apiKey, { ...key, id: bare(key.id), account }, 'name')?.reveal();
    },
    plain: async ({ owner }, { person: id, account }) => {
      await owner.query(
        named('plain-person', 'select id, email, name, created_at from plain.person where email = $1', [
          emailOf(id),
        ]),
      );
      await owner.query(
        named('plain-keys', 'select id, name, state from plain.api_key where account_id = $1', [account]),
      );
    },
  },
  {
    what: `read: ${PAGE_ROWS} rows of as many people, one value each`,
    sealed: async ({ owner, store }) => {
      const { rows } = await owner.query(named('sealed-page', page('public'), [randomInt(1, 10_000)]));
      for (const { id, account_id, reason } of rows)
        openValue(
          store.vault,
          ledgerEntry,
          { id: Number(id), account: bare(account_id), reason } as never,
          'reason',
        )?.reveal();
    },
    plain: ({ owner }) => owner.query(named('plain-page', page('plain'), [randomInt(1, 10_000)])),
  },
  {
    what: 'write: a row with a value of somebody',
    sealed: ({ owner, store }, { account }) => {
      const row = sealRow(store.vault, apiKey, { id: newId(), account, hash: '', name: 'desk' });
      return owner.query(
        named('sealed-insert', insert('public'), [
          row.id,
          account,
          Buffer.from(newId() + newId(), 'hex'),
          row.name,
        ]),
      );
    },
    plain: ({ owner }, { account }) =>
      owner.query(
        named('plain-insert', insert('plain'), [
          newId(),
          account,
          Buffer.from(newId() + newId(), 'hex'),
          'desk',
        ]),
      ),
  },
  {
    what: 'write: a name changed',
    sealed: ({ owner, store }, { person: id }) => {
      const { name } = sealRow(store.vault, person, { id, email: 'a@b.c', name: 'Ada Byron' });
      return owner.query(named('sealed-update', 'update person set name = $2 where id = $1', [id, name]));
    },
    plain: ({ owner }, { person: id }) =>
      owner.query(
        named('plain-update', 'update plain.person set name = $2 where id = $1', [id, 'Ada Byron']),
      ),
  },
];

const named = (name: string, text: string, values: unknown[]) => ({ name, text, values });
const page = (schema: string): string =>
  `select id, account_id, reason from ${schema}.ledger_entry where kind = 'credit' and id > $1 order by id limit ${PAGE_ROWS}`;
const insert = (schema: string): string =>
  `insert into ${schema}.api_key (id, account_id, hash, name) values ($1, $2, $3, $4)`;

async function compare(
  { what, ...sides }: Kind,
  bench: BenchStore,
  people: readonly Somebody[],
  { rounds, operations }: SealingEffort,
  say: (line: string) => void,
): Promise<Figure> {
  const times = { sealed: [] as number[], plain: [] as number[] };
  const run = async (side: 'sealed' | 'plain'): Promise<number> => {
    const begun = performance.now();
    for (let n = 0; n < operations; n++)
      await sides[side](bench, people[randomInt(people.length)] as Somebody);
    return ((performance.now() - begun) * 1000) / operations;
  };
  for (let round = 0; round <= rounds; round++) {
    for (const side of round % 2 === 0 ? (['plain', 'sealed'] as const) : (['sealed', 'plain'] as const)) {
      const micros = await run(side);
      if (round > 0) times[side].push(micros); // the first round warms up
    }
  }
  const [sealed, plain] = [quantile(times.sealed, 0.5), quantile(times.plain, 0.5)];
  say(`${what}: sealed ${sealed.toFixed(0)} µs, plain ${plain.toFixed(0)} µs`);
  return figure(what, sealed, plain, TIMES_MAX, 'µs');
}

const figure = (what: string, sealed: number, plain: number, most: number, unit: string): Figure => ({
  what: `sealing, ${what}`,
  ours: `${sealed.toFixed(0)} ${unit}`,
  peer: `plain columns: ${plain.toFixed(0)} ${unit}`,
  outcome: `${(sealed / plain).toFixed(2)} ×`,
  goal: `≤ ${most} ×`,
  met: sealed / plain <= most,
});
