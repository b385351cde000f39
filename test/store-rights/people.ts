/**
 * A store with a real PostgreSQL, key store and vault, and two people: Ada owns an account, Ben is a member of it. The
 * record is a double in memory that keeps acts and entries together, as the real one does.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { openKeyStore } from '../../src/store/keys/index.ts';
import type { Viewer } from '../../src/store/rights/show.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import type { RecordEntry, Store } from '../../src/store/store.ts';
import { account, letter, membership, note, order, person, visit } from '../store/fixture-map.ts';
import { makeTables } from '../store/make-tables.ts';
import { startPostgres } from '../support/postgres.ts';
import { storeOf, TABLES } from './store-of.ts';

export const newId = (): string => randomBytes(16).toString('hex');

export interface People {
  readonly store: Store;
  readonly pool: pg.Pool;
  readonly url: string;
  /** The key store's folder and its master key, for who opens it after it is closed. */
  readonly folder: string;
  readonly master: Buffer;
  /** What the record holds, in order. */
  readonly entered: RecordEntry[];
  readonly ada: Viewer;
  readonly ben: Viewer;
  readonly adasNote: string;
  readonly adasOrder: string;
  readonly lookups: Map<string, string>;
  close(): Promise<void>;
}

export async function makePeople(): Promise<People> {
  const postgres = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'kept-rights-'));
  const url = await postgres.database();
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  pool.on('error', () => {});
  await makeTables(pool, TABLES);
  const db = drizzle(pool);
  const master = randomBytes(32);
  const keys = await openKeyStore(folder, master);
  const entered: RecordEntry[] = [];
  const store = await storeOf(db, keys, entered);
  const [ada, ben, shared] = [newId(), newId(), newId()];
  await keys.createMany([
    { kind: 'person', id: ada },
    { kind: 'person', id: ben },
    { kind: 'account', id: shared },
  ]);
  const rows = await fill(store, ada, ben, shared);
  return {
    store,
    pool,
    url,
    folder,
    master,
    entered,
    ada: { person: ada, accounts: [shared] },
    ben: { person: ben, accounts: [] },
    ...rows,
    lookups: new Map(),
    async close() {
      await pool.end();
      await keys.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill({ db, vault }: Store, ada: string, ben: string, shared: string) {
  const [adasNote, adasOrder] = [newId(), newId()];
  await db
    .insert(person)
    .values([
      sealRow(vault, person, { id: ada, email: 'ada@example.org', name: 'Ada Lovelace' }),
      sealRow(vault, person, { id: ben, email: 'ben@example.org', name: null }),
    ]);
  await db.insert(account).values(sealRow(vault, account, { id: shared, name: 'Engines' }));
  await db.insert(membership).values([
    { person: ada, account: shared, role: 'owner' },
    { person: ben, account: shared, role: 'member' },
  ]);
  await db.insert(note).values([
    sealRow(vault, note, {
      id: adasNote,
      person: ada,
      text: 'first note of Ada',
      internal: 'fraud score 3',
    }),
    sealRow(vault, note, { id: newId(), person: ada, text: '=HYPERLINK("http://evil.example")' }),
    sealRow(vault, note, { id: newId(), person: ben, text: 'secret of Ben' }),
  ]);
  await db.insert(order).values(
    sealRow(vault, order, {
      id: adasOrder,
      account: shared,
      payer: ben,
      amount: -5_000_000,
      comment: 'for the engine',
      placedAt: new Date('2026-01-01T00:00:00Z'),
    }),
  );
  await db.insert(visit).values(
    sealRow(vault, visit, {
      id: newId(),
      person: ada,
      at: new Date('2026-11-20T00:00:00Z'),
      endedAt: null,
      pages: 3,
      address: '192.0.2.7',
    }),
  );
  const place = { table: 'fixture_letter', column: 'text', row: newId() };
  const { sealed, wraps } = vault.sealForMany([ada, ben], place, 'about both');
  await db.insert(letter).values({
    id: place.row,
    people: [ada, ben],
    wraps: wraps.map((wrap) => wrap.toString('base64')),
    text: sealed as never,
  });
  return { adasNote, adasOrder };
}

/** Destroys one byte of a sealed value as a bad disk would. */
export const damage = (pool: pg.Pool, table: string, column: string, id: string): Promise<unknown> =>
  pool.query(
    `update ${table} set ${column} = set_byte(${column}, length(${column}) - 1, get_byte(${column}, length(${column}) - 1) # 1) where id = $1`,
    [id],
  );
