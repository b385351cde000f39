/** What tests of retention share: a store whose clock they set, people with rows, and the record's entries. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { replayChoicesInto } from '../../src/control/consent/replay-choices.ts';
import { keysFileOf, writeBackup } from '../../src/store/backup/backup.ts';
import { applyMigrations } from '../../src/store/backup/migrations.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { findEntry } from '../../src/store/ledger/record-entries.ts';
import { recordEntry } from '../../src/store/ledger/schema.ts';
import { entryOf } from '../../src/store/map/table.ts';
import type { DatabaseClock } from '../../src/store/retention/clock.ts';
import { moveApart } from '../../src/store/retention/move-apart.ts';
import { type Swept, sweep } from '../../src/store/retention/sweep.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import type { Store } from '../../src/store/store.ts';
import { BREAK, writeMigrations } from '../backup/instance.ts';
import { ALL_TABLES, newId, openStage, type Stage, temporaryFolder } from '../erasure/stage.ts';
import * as fixture from '../store/fixture-map.ts';
import { statementsFor } from '../store/make-tables.ts';
import type { TestPostgres } from '../support/postgres.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday noon, UTC. */
export const START = Date.parse('2026-03-02T12:00:00Z');

export interface Scene {
  readonly stage: Stage;
  readonly store: Stage['store'];
  readonly settings: ErasureSettings;
  readonly folder: string;
  readonly url: string;
  /** Ours and the database's. */
  readonly databaseClock: DatabaseClock;
  now(): number;
  setNow(at: number): void;
  sweep(options?: Parameters<typeof sweep>[1]): Promise<Swept | null>;
  /** Opened again on the same folder and database: what is only in memory is gone. */
  reopen(): Promise<void>;
  /** Writes a backup, answers its file. */
  backup(): Promise<string>;
  /** A database and a keys folder that are empty are filled from a backup; the ledger stays as it is. */
  restore(file: string): Promise<void>;
  end(): Promise<void>;
}

const statements = new Map<string, Promise<string>>();

/** Made once for the same tables. */
function statementsOf(tables: readonly PgTable[]): Promise<string> {
  const names = tables.map((table) => entryOf(table).name).join();
  const known = statements.get(names) ?? statementsFor(tables).then((all) => all.join(BREAK));
  statements.set(names, known);
  return known;
}

/** A fresh database with the tables of the small map, and `more`. */
export async function openScene(postgres: TestPostgres, more: readonly PgTable[] = []): Promise<Scene> {
  let url = await postgres.database();
  const place = await temporaryFolder();
  const tables = [...ALL_TABLES, ...more];
  const migrations = await writeMigrations(join(place.folder, 'migrations'), [await statementsOf(tables)]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await applyMigrations(client, migrations, 0);
  await client.end();
  const ledger = { folder: join(place.folder, 'ledger'), erasures: 'erasures', record: 'record' };
  const master = randomBytes(32);
  let now = START;
  const open = async () => {
    const stage = await openStage(url, place.folder, master, { now: () => now });
    const store = { ...stage.store, map: [...stage.store.map, ...more.map((table) => entryOf(table))] };
    return { stage, store, settings: { ...stage.settings, store, moveApart } };
  };
  let opened = await open();
  return {
    get stage() {
      return opened.stage;
    },
    get store() {
      return opened.store;
    },
    get settings() {
      return opened.settings;
    },
    folder: place.folder,
    get url() {
      return url;
    },
    databaseClock: async () => now,
    now: () => now,
    setNow(at) {
      now = at;
    },
    sweep: (options) => sweep(opened.store, { databaseClock: async () => now, ...options }),
    async reopen() {
      await opened.stage.close();
      opened = await open();
    },
    async backup() {
      const file = join(place.folder, `${newId()}.backup`);
      const { keys } = opened.store;
      await writeBackup({ databaseUrl: url, keys, ledger, now: () => now }, file);
      return file;
    },
    async restore(file) {
      const { map } = opened.store;
      await opened.stage.close();
      url = await postgres.database();
      const keysFolder = join(place.folder, 'keys');
      await rm(keysFolder, { recursive: true });
      await restoreBackup(
        file,
        { dataFolder: join(place.folder, 'data'), databaseUrl: url, keysFolder, ledger, master },
        {
          map,
          erasing: opened.settings,
          keysFile: keysFileOf(file),
          migrations,
          alsoReplay: replayChoicesInto(map),
        },
      );
      opened = await open();
    },
    async end() {
      await opened.stage.close();
      await place.remove();
    },
  };
}

/** A visit of the fixture map: the row goes 30 days after its end (or begin), its address 7 days after its begin. */
export async function addVisit(
  store: Store,
  person: string,
  times: { readonly at: number; readonly endedAt?: number },
): Promise<string> {
  const id = newId();
  await store.db.insert(fixture.visit).values(
    sealRow(store.vault, fixture.visit, {
      id,
      person,
      at: new Date(times.at),
      endedAt: times.endedAt === undefined ? null : new Date(times.endedAt),
      address: '192.0.2.7',
    }),
  );
  return id;
}

export const visits = (store: Store) =>
  store.db.select().from(fixture.visit).orderBy(fixture.visit.at, fixture.visit.id);

export const count = async (store: Store, table: PgTable): Promise<number> =>
  Number((await store.db.execute<{ n: string }>(sql`select count(*) as n from ${table}`)).rows[0]?.n);

/** The contents of the record's entries of a kind, oldest first. */
export async function entries(store: Store, kind: string): Promise<Record<string, unknown>[]> {
  const rows = await store.db
    .select()
    .from(recordEntry)
    .where(eq(recordEntry.kind, kind))
    .orderBy(recordEntry.at, recordEntry.index);
  const found = await Promise.all(rows.map(({ id }) => findEntry(store.db, store.vault, id)));
  return found.map((entry) => entry?.opening.content as Record<string, unknown>);
}
