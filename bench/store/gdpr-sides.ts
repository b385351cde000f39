/** GDPRbench's operations on both sides: through the store, and in SQL on the same tables with plain columns. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { index, text } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { person } from '../../src/control/accounts/schema.ts';
import { id, moment } from '../../src/store/columns.ts';
import { eraseNow } from '../../src/store/erasure/erase.ts';
import { none, refers, sealed, stored } from '../../src/store/map/columns.ts';
import { entryOf, mapped } from '../../src/store/map/table.ts';
import { correct } from '../../src/store/rights/correct.ts';
import { readFor } from '../../src/store/rights/read-for.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import { Decrypted } from '../../src/store/sealing/decrypted.ts';
import { makeTables } from '../../test/store/make-tables.ts';
import type { BenchStore } from './open.ts';
import { emailOf, newId } from './people.ts';

const RECORDS_A_PERSON = 10;
const DATA = 'x'.repeat(100);
const PURPOSES = 20;
const PARTIES = 20;
/** Reads by something that many records share take so many, as the store's gate does. */
const READ_ROWS_MAX = 1000;
const DAY_MS = 86_400_000;

const about = {
  class: 'user.behavior',
  purposes: ['provide_service', 'rights'],
  source: 'given',
  access: 'yes',
  export: 'yes',
  correct: { no: 'measured here, not corrected' },
  erase: 'delete row',
} as const;
const word = (name: string) =>
  stored(text(name).notNull(), { ...about, label: name, plain: 'a word of a list' });

export const gdprRecord = mapped(
  'gdpr_record',
  {
    about: 'A record of GDPRbench.',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'ttl' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers('person', id('person_id').notNull(), {
        ...about,
        label: 'User',
        plain: 'a random number',
      }),
      data: sealed('data', {
        ...about,
        class: 'user.content.private',
        label: 'Data',
        correct: { as: z.string().max(1000) },
        erase: 'key death',
      }),
      purpose: word('purpose'),
      objection: word('objection'),
      decision: word('decision'),
      sharing: word('sharing'),
      origin: word('origin'),
      ttl: stored(moment('ttl').notNull(), { ...about, label: 'Until', plain: 'a time' }),
    },
  },
  (table) => [
    index('gdpr_record_person').on(table.person),
    index('gdpr_record_purpose').on(table.purpose),
    index('gdpr_record_sharing').on(table.sharing),
    index('gdpr_record_ttl').on(table.ttl),
  ],
);

const COLUMNS = 'id, person_id, data, purpose, objection, decision, sharing, origin, ttl';

export interface Row {
  readonly id: string;
  readonly person: string;
  readonly purpose: string;
  readonly sharing: string;
}
export interface Gdpr {
  readonly bench: BenchStore;
  readonly records: readonly Row[];
}

/** What is done with the record at a place, or with what it shares. */
export interface Side {
  create(at: number): Promise<unknown>;
  readByKey(at: number): Promise<unknown>;
  readMetadata(at: number): Promise<unknown>;
  readByUser(at: number): Promise<unknown>;
  readByPurpose(at: number): Promise<unknown>;
  readNotObjecting(at: number): Promise<unknown>;
  readDecided(at: number): Promise<unknown>;
  updateData(at: number): Promise<unknown>;
  updateMetadata(at: number): Promise<unknown>;
  updateByPurpose(at: number): Promise<unknown>;
  updateByUser(at: number): Promise<unknown>;
  updateBySharing(at: number): Promise<unknown>;
  deleteByKey(at: number): Promise<unknown>;
  deleteByPurpose(at: number): Promise<unknown>;
  deleteExpired(at: number): Promise<unknown>;
  deleteByUser(at: number): Promise<unknown>;
}

const valuesOf = (row: Row) => ({
  ...row,
  data: DATA,
  objection: `objection ${Math.random() < 0.5 ? 'none' : 'all'}`,
  decision: `decision ${Math.random() < 0.5 ? 'made' : 'none'}`,
  origin: 'given',
  ttl: new Date(Date.now() + Math.random() * 365 * DAY_MS),
});

const anew = (person: string): Row => ({
  id: newId(),
  person,
  purpose: `purpose ${Math.floor(Math.random() * PURPOSES)}`,
  sharing: `party ${Math.floor(Math.random() * PARTIES)}`,
});

/** Fresh tables with the same records on both sides, ten for each of a tenth as many people. */
export async function makeGdpr(bench: BenchStore, count: number): Promise<Gdpr> {
  const { owner, store } = bench;
  for (const table of ['gdpr_record', 'plain_record', 'plain_person'])
    await owner.query(`drop table if exists ${table}`);
  await makeTables(owner, [gdprRecord]);
  await owner.query('create table plain_record (like gdpr_record including all)');
  await owner.query('alter table plain_record alter column data type text using null');
  await owner.query('create table plain_person (id uuid primary key, email text unique, name text)');
  const people = Array.from({ length: count / RECORDS_A_PERSON }, newId);
  await store.keys.createMany(people.map((each) => ({ kind: 'person' as const, id: each })));
  const records = people.flatMap((each) => Array.from({ length: RECORDS_A_PERSON }, () => anew(each)));
  for (let at = 0; at < people.length; at += 500) {
    const some = people.slice(at, at + 500);
    await store.db
      .insert(person)
      .values(
        some.map((each) => sealRow(store.vault, person, { id: each, email: emailOf(each), name: 'Ada' })),
      );
    await owner.query(`insert into plain_person select id, id::text, 'Ada' from unnest($1::uuid[]) id`, [
      some,
    ]);
  }
  for (let at = 0; at < records.length; at += 500) {
    const some = records.slice(at, at + 500).map(valuesOf);
    await store.db.insert(gdprRecord).values(some.map((row) => sealRow(store.vault, gdprRecord, row)));
  }
  await owner.query(
    `insert into plain_record (${COLUMNS}) select ${COLUMNS.replace('data', '$1')} from gdpr_record`,
    [DATA],
  );
  await owner.query('vacuum analyze gdpr_record, plain_record, plain_person, person');
  return { bench, records };
}

/** Places are kept in the order in which they were made, so that popular ones differ from each other. */
const recordAt = ({ records }: Gdpr, at: number): Row => records[at] as Row;

export function plainSide(gdpr: Gdpr): Side {
  const { owner } = gdpr.bench;
  const of = (at: number) => recordAt(gdpr, at);
  const run = (name: string, text: string, values: unknown[]) =>
    owner.query({ name: `plain ${name}`, text, values });
  const read = (name: string, where: string, value: unknown) =>
    run(name, `select ${COLUMNS} from plain_record where ${where} order by id limit ${READ_ROWS_MAX}`, [
      value,
    ]);
  const update = (name: string, where: string, value: unknown) =>
    run(name, `update plain_record set objection = 'objection all' where ${where}`, [value]);
  const remove = (name: string, where: string, value: unknown) =>
    run(name, `delete from plain_record where ${where}`, [value]);
  return {
    create: (at) => {
      const row = valuesOf(anew(of(at).person));
      const values = [
        row.id,
        row.person,
        row.data,
        row.purpose,
        row.objection,
        row.decision,
        row.sharing,
        row.origin,
        row.ttl,
      ];
      return run(
        'create',
        `insert into plain_record (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values,
      );
    },
    readByKey: (at) => read('by key', 'id = $1', of(at).id),
    readMetadata: (at) =>
      run(
        'metadata',
        'select purpose, objection, decision, sharing, origin, ttl from plain_record where id = $1',
        [of(at).id],
      ),
    readByUser: (at) => read('by user', 'person_id = $1', of(at).person),
    readByPurpose: (at) => read('by purpose', 'purpose = $1', of(at).purpose),
    readNotObjecting: (at) =>
      read('not objecting', `purpose = $1 and objection = 'objection none'`, of(at).purpose),
    readDecided: (at) => read('decided', `purpose = $1 and decision = 'decision made'`, of(at).purpose),
    updateData: (at) =>
      run('data', 'update plain_record set data = $2 where id = $1', [
        of(at).id,
        `${DATA.slice(32)}${newId()}`,
      ]),
    updateMetadata: (at) => update('metadata by key', 'id = $1', of(at).id),
    updateByPurpose: (at) => update('metadata by purpose', 'purpose = $1', of(at).purpose),
    updateByUser: (at) => update('metadata by user', 'person_id = $1', of(at).person),
    updateBySharing: (at) => update('metadata by sharing', 'sharing = $1', of(at).sharing),
    deleteByKey: (at) => remove('delete by key', 'id = $1', of(at).id),
    deleteByPurpose: (at) => remove('delete by purpose', PURPOSE_OVER, of(at).purpose),
    deleteExpired: () => remove('delete expired', 'ttl <= $1', soon()),
    deleteByUser: async (at) => {
      await remove('delete by user', 'person_id = $1', of(at).person);
      await run('delete user', 'delete from plain_person where id = $1', [of(at).person]);
    },
  };
}

/** A purpose that has ended for some of its records, so that the mix does not empty the table at once. */
const PURPOSE_OVER = `purpose = $1 and decision = 'decision none' and objection = 'objection all'`;
const soon = (): Date => new Date(Date.now() + DAY_MS);

const DATA_COLUMNS = [
  'id',
  'person',
  'data',
  'purpose',
  'objection',
  'decision',
  'sharing',
  'origin',
  'ttl',
] as const;
const METADATA = ['purpose', 'objection', 'decision', 'sharing', 'origin', 'ttl'] as const;

export function sealedSide(gdpr: Gdpr): Side {
  const { store: product, erasing } = gdpr.bench;
  const store = { ...product, map: [...product.map, entryOf(gdprRecord)] };
  const settings = { ...erasing, store };
  const { db, record, vault } = store;
  const of = (at: number) => recordAt(gdpr, at);
  const t = gdprRecord;
  const read = async (where: SQL): Promise<void> => {
    const { rows } = await readFor(store, 'provide_service', t, DATA_COLUMNS, where);
    for (const { data } of rows) if (data instanceof Decrypted) data.reveal();
  };
  const update = (where: SQL) => db.update(t).set({ objection: 'objection all' }).where(where);
  /** What a person or a law asks for stands in the record. */
  const entered = (kind: string, role: string, at: number, work: SQL) =>
    record.act(async (tx, enter) => {
      await tx.execute(work);
      const mine = store.keys.has('person', of(at).person) && role === 'person';
      const whom = mine ? ({ kind: 'person', id: of(at).person } as const) : null;
      await enter({ kind, role, about: whom, content: { table: 'gdpr_record' } });
    });
  return {
    create: (at) => {
      if (!store.keys.has('person', of(at).person)) return Promise.resolve();
      return db.insert(t).values(sealRow(vault, t, valuesOf(anew(of(at).person))));
    },
    readByKey: (at) => read(eq(t.id, of(at).id)),
    readMetadata: (at) => readFor(store, 'provide_service', t, METADATA, eq(t.id, of(at).id)),
    readByUser: (at) => read(eq(t.person, of(at).person)),
    readByPurpose: (at) => read(eq(t.purpose, of(at).purpose)),
    readNotObjecting: (at) =>
      read(sql`${t.purpose} = ${of(at).purpose} and ${t.objection} = 'objection none'`),
    readDecided: (at) => read(sql`${t.purpose} = ${of(at).purpose} and ${t.decision} = 'decision made'`),
    updateData: async (at) => {
      const wish = {
        table: 'gdpr_record',
        key: [of(at).id],
        column: 'data',
        value: `${DATA.slice(32)}${newId()}`,
      };
      const subjects = [{ kind: 'person', id: of(at).person } as const];
      await correct(store, { ...wish, subjects, role: 'person' }).catch(ifGone);
    },
    updateMetadata: (at) =>
      entered(
        'consent_withdrawn',
        'person',
        at,
        sql`update gdpr_record set objection = 'objection all' where id = ${of(at).id}`,
      ),
    updateByPurpose: (at) => update(eq(t.purpose, of(at).purpose)),
    updateByUser: (at) => update(eq(t.person, of(at).person)),
    updateBySharing: (at) => update(eq(t.sharing, of(at).sharing)),
    deleteByKey: (at) =>
      entered('retention', 'person', at, sql`delete from gdpr_record where id = ${of(at).id}`),
    deleteByPurpose: (at) =>
      entered(
        'retention',
        'system',
        at,
        sql`delete from gdpr_record where purpose = ${of(at).purpose}
        and decision = 'decision none' and objection = 'objection all'`,
      ),
    deleteExpired: (at) =>
      entered(
        'retention',
        'system',
        at,
        sql`delete from gdpr_record where ttl <= ${soon().toISOString()}::timestamptz`,
      ),
    deleteByUser: (at) => eraseNow(settings, { kind: 'person', id: of(at).person }, { role: 'person' }),
  };
}

/** The mix deletes records and corrects deleted ones; in SQL such an update finds nothing. */
function ifGone(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'not_found') throw error;
}
