/** A small instance for tests of backups: the fixture map's tables by a migration of their own, people with sealed values. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { RecordLog } from '../../src/record/log.ts';
import type { BackupSource } from '../../src/store/backup/backup.ts';
import { applyMigrations } from '../../src/store/backup/migrations.ts';
import type { LedgerPlace } from '../../src/store/backup/places.ts';
import type { RestoreOptions } from '../../src/store/backup/restore.ts';
import type { RestorePlace } from '../../src/store/backup/restore-place.ts';
import type { KeyStore } from '../../src/store/keys/key-store.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import { wrap } from '../../src/store/keys/wrap.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { DiskTiles } from '../../src/store/ledger/disk-tiles.ts';
import { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { FIXTURE_TABLES, fixtureMap } from '../store/fixture-map.ts';
import { statementsFor } from '../store/make-tables.ts';

export const ORIGIN = 'kept.test/record';
export const BREAK = '--> statement-breakpoint';
/** Named columns of a value that is sealed here as a wrapped 32-byte value: what a backup copies is bytes. */
const BOUND = Buffer.from('test');

export interface Folders {
  readonly root: string;
  readonly data: string;
  readonly keys: string;
  readonly ledger: LedgerPlace;
}

export async function makeFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'kept-backup-'));
  const folder = join(root, 'ledger');
  return {
    root,
    data: join(root, 'data'),
    keys: join(root, 'keys'),
    ledger: { folder, erasures: 'erasures', record: 'record' },
  };
}

/** A folder of migrations that make the fixture's tables; more statements are a second migration. */
export async function makeMigrations(root: string, ...more: string[]): Promise<string> {
  return writeMigrations(join(root, `migrations-${more.length}`), [
    (await statementsFor(FIXTURE_TABLES)).join(BREAK),
    ...more,
  ]);
}

/** One migration for each of `all`, whose statements stand apart as Drizzle writes them. */
export async function writeMigrations(folder: string, all: readonly string[]): Promise<string> {
  await mkdir(join(folder, 'meta'), { recursive: true });
  const entries = all.map((_, idx) => ({
    idx,
    version: '7',
    when: 1_700_000_000_000 + idx,
    tag: `000${idx}`,
    breakpoints: true,
  }));
  for (const [idx, sql] of all.entries()) await writeFile(join(folder, `000${idx}.sql`), sql);
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ dialect: 'postgresql', entries }));
  return folder;
}

export const id = (): string => randomBytes(16).toString('hex');

export interface TestInstance extends Folders {
  readonly url: string;
  readonly client: pg.Client;
  readonly keys_: KeyStore;
  readonly master: Buffer;
  readonly source: BackupSource;
  readonly ledgerOf: ErasureLedger;
  readonly record: RecordLog;
  close(): Promise<void>;
}

export async function makeInstance(url: string, migrations: string): Promise<TestInstance> {
  const folders = await makeFolders();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await applyMigrations(client, migrations, 0);
  const master = randomBytes(32);
  const keys = await openKeyStore(folders.keys, master);
  const ledger = await ErasureLedger.open(join(folders.ledger.folder, 'erasures'), realDisk);
  const record = await RecordLog.open(ORIGIN, new DiskTiles(join(folders.ledger.folder, 'record'), realDisk));
  await record.append(Array.from({ length: 300 }, () => randomBytes(32)));
  return {
    ...folders,
    url,
    client,
    master,
    keys_: keys,
    ledgerOf: ledger,
    record,
    source: { databaseUrl: url, keys, ledger: folders.ledger, now: Date.now },
    async close() {
      await keys.close();
      await client.end();
      await rm(folders.root, { recursive: true, force: true });
    },
  };
}

/** A person with a key, notes and visits. */
export async function addPerson({ client, keys_ }: TestInstance, notes = 3): Promise<string> {
  const person = id();
  await keys_.create('person', person);
  const key = keys_.key('person', person) as Buffer;
  const seal = () => wrap(randomBytes(32), key, BOUND);
  await client.query('insert into fixture_person (id, email, name) values ($1, $2, $3)', [
    person,
    seal(),
    null,
  ]);
  for (let note = 0; note < notes; note += 1)
    await client.query('insert into fixture_note (id, person_id, text) values ($1, $2, $3)', [
      id(),
      person,
      seal(),
    ]);
  await client.query('insert into fixture_visit (id, person_id, pages) values ($1, $2, 7)', [id(), person]);
  return person;
}

/** An account with one order. */
export async function addAccount({ client, keys_ }: TestInstance): Promise<string> {
  const account = id();
  await keys_.create('account', account);
  const name = wrap(randomBytes(32), keys_.key('account', account) as Buffer, BOUND);
  await client.query('insert into fixture_account (id, name) values ($1, $2)', [account, name]);
  await client.query('insert into fixture_order (id, account_id, amount) values ($1, $2, 1234)', [
    id(),
    account,
  ]);
  return account;
}

/** Every row of every table as text, sorted. */
export async function contents(client: pg.Client): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of fixtureMap()) {
    const { rows } = await client.query(`select t::text as row from ${name} t order by 1`);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

export function placeFor(folders: Folders, url: string, master: Buffer): RestorePlace {
  return {
    dataFolder: folders.data,
    databaseUrl: url,
    keysFolder: folders.keys,
    ledger: folders.ledger,
    master,
  };
}

export const optionsFor = (file: string, migrations: string): RestoreOptions => ({
  map: fixtureMap(),
  erasing: { moveApart: async () => {}, accountsEndingWith: async () => [] },
  keysFile: `${file}.keys`,
  migrations,
});
