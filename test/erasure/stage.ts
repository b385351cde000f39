/** A whole store with ledger, record and erasure over the small data map, for tests that kill it and open it again. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { erasure, outbox } from '../../src/store/erasure/schema.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { ChoiceLedger } from '../../src/store/ledger/choice-ledger.ts';
import { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { openDisk } from '../../src/store/ledger/open-disk.ts';
import { LocalRecordKeeper } from '../../src/store/ledger/record-keeper.ts';
import { ledgerMark, recordEntry } from '../../src/store/ledger/schema.ts';
import type { Row } from '../../src/store/map/rows.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { clockMark, legalHold, retained } from '../../src/store/retention/schema.ts';
import { restriction } from '../../src/store/rights/schema.ts';
import { readValue, sealRow } from '../../src/store/sealed-rows.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import type { Store } from '../../src/store/store.ts';
import * as fixture from '../store/fixture-map.ts';
import { fixtureMap } from '../store/fixture-map.ts';

export const OWN_TABLES = [
  recordEntry,
  erasure,
  outbox,
  legalHold,
  retained,
  clockMark,
  restriction,
  ledgerMark,
];
export const ALL_TABLES = [...fixture.FIXTURE_TABLES, ...OWN_TABLES];
export const newId = (): string => randomBytes(16).toString('hex');

export interface Stage {
  readonly store: Store & { readonly record: LocalRecordKeeper };
  readonly ledger: ErasureLedger;
  readonly settings: ErasureSettings;
  readonly apart: { table: string; row: Row }[];
  close(): Promise<void>;
}

export async function openStage(
  url: string,
  folder: string,
  master: Buffer,
  options: { now?: () => number; processors?: ErasureSettings['processors'] } = {},
): Promise<Stage> {
  const pool = new pg.Pool({ connectionString: url, max: 6, pipeline: true });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = drizzle(pool);
  const now = options.now ?? Date.now;
  const keys = await openKeyStore(join(folder, 'keys'), master, { now });
  const vault = new Vault(keys);
  const disk = openDisk();
  const ledger = await ErasureLedger.open(join(folder, 'ledger', 'erasures'), disk);
  const choices = await ChoiceLedger.in(join(folder, 'ledger'), disk);
  const record = await LocalRecordKeeper.open({
    db,
    folder: join(folder, 'ledger', 'record'),
    origin: 'test.example/record',
    keys,
    vault,
    now,
    disk,
  });
  const map = [...fixtureMap(), ...OWN_TABLES.map((table) => entryOf(table))];
  const consents = { among: async () => new Set<string>() };
  const store = { db, map, keys, vault, record, choices, consents, now };
  const apart: Stage['apart'] = [];
  const settings: ErasureSettings = {
    store,
    ledger,
    accountsEndingWith: async (tx, person) => {
      const { rows } = await tx.execute<{ id: string }>(sql`
        select replace(account_id::text, '-', '') as id from fixture_membership mine
        where person_id = ${person} and role = 'owner' and not exists (select 1 from fixture_membership other
          where other.account_id = mine.account_id and other.person_id <> ${person} and other.role = 'owner')`);
      return rows.map(({ id }) => id);
    },
    endAccess: async () => {},
    moveApart: async (_tx, _store, entry, rows) => {
      apart.push(...rows.map((row) => ({ table: entry.name, row })));
    },
    processors: options.processors ?? [],
    addressOf: async (on, person) => {
      const [row] = await on.select().from(fixture.person).where(eq(fixture.person.id, person));
      return row === undefined ? null : readValue(vault, fixture.person, row, 'email');
    },
  };
  return {
    store,
    ledger,
    settings,
    apart,
    async close() {
      await record.close();
      await keys.close();
      // A connection whose BEGIN failed is never given back by Drizzle; nobody waits for a dead process's.
      const ended = pool.end().catch(() => {});
      await Promise.race([ended, sleep(100)]);
    },
  };
}

/** A person with an account of their own and rows of every kind; answers their ids. */
export async function seedPerson(
  stage: Stage,
  mark: string,
  notes = 3,
): Promise<{ person: string; account: string }> {
  const { db, keys, vault } = stage.store;
  const [person, account] = [newId(), newId()];
  await keys.createMany([
    { kind: 'person', id: person },
    { kind: 'account', id: account },
  ]);
  await keys.setLookup('email', `${mark}@example.org`, person);
  const own = { person };
  await db.transaction(async (tx) => {
    await tx
      .insert(fixture.person)
      .values(sealRow(vault, fixture.person, { id: person, email: `${mark}@example.org`, name: mark }));
    await tx
      .insert(fixture.account)
      .values(sealRow(vault, fixture.account, { id: account, name: `${mark} account` }));
    await tx.insert(fixture.membership).values({ person, account, role: 'owner' });
    for (let at = 0; at < notes; at += 1) {
      await tx
        .insert(fixture.note)
        .values(sealRow(vault, fixture.note, { ...own, id: newId(), text: `${mark} note ${at}` }));
    }
    await tx
      .insert(fixture.visit)
      .values(sealRow(vault, fixture.visit, { ...own, id: newId(), address: `${mark} address` }));
    await tx.insert(fixture.order).values(
      sealRow(vault, fixture.order, {
        id: newId(),
        account,
        payer: person,
        amount: 5_000_000,
        comment: `${mark} order`,
      }),
    );
  });
  return { person, account };
}

/** Every row of the domains' tables that names one of these ids, as text. */
export async function rowsNaming(stage: Stage, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of stage.store.map) {
    const { rows } = await stage.store.db.execute<{ row: string }>(
      sql`select t::text as row from ${entry.table} t`,
    );
    for (const { row } of rows) {
      if (ids.some((id) => row.replaceAll('-', '').includes(id))) found.push(`${entry.name}: ${row}`);
    }
  }
  return found;
}

/** Everything in the domains' tables, for comparing byte for byte. */
export async function everything(stage: Stage, exceptIds: readonly string[] = []): Promise<string[]> {
  const all: string[] = [];
  for (const entry of fixtureMap()) {
    const { rows } = await stage.store.db.execute<{ row: string }>(
      sql`select t::text as row from ${entry.table} t order by 1`,
    );
    all.push(...rows.map(({ row }) => `${entry.name}: ${row}`));
  }
  return all.filter((row) => !exceptIds.some((id) => row.replaceAll('-', '').includes(id)));
}

export async function doneEntries(stage: Stage): Promise<number> {
  return (await stage.store.db.select().from(recordEntry).where(eq(recordEntry.kind, 'erasure_done'))).length;
}

export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'kept-erasure-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
