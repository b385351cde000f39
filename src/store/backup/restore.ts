/**
 * Brings an instance back from a backup, into an empty place or not at all. Everything is checked before anything is
 * touched; rows, migrations and the replay of the erasure ledger are one transaction of the database, so that nobody
 * who was erased can be read at any moment. Killed anywhere it can be run again: the end is the same.
 *
 * The ledger that is here already is never rolled back: it is kept, and what the backup's knows beyond it is added.
 */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Db } from '../database.ts';
import { importKeys } from '../keys/import.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import type { SubjectName } from '../map/rows.ts';
import { isEmptyDatabase } from './catalogue.ts';
import { type Checked, checkItems } from './check-items.ts';
import { BackupError, saidPlainly } from './errors.ts';
import { isEmptyFolder, moveInto } from './folders.ts';
import type { Item, RecordPosition } from './items.ts';
import { FileSink } from './ledger-files.ts';
import { load } from './load.ts';
import { demandKnown, MIGRATIONS_FOLDER } from './migrations.ts';
import { erasuresIn, type LedgerPlace, tilesIn } from './places.ts';
import { readId, readItems } from './read-file.ts';
import { demandNewest, positionOf } from './record-age.ts';
import { type ReplayOptions, replayErasures } from './replay.ts';
import { markRestore, noteOrigin, originOf, restoreUnderWay, unmarkRestore } from './restore-mark.ts';
import { stream } from './stream.ts';
import { backupKey } from './verify.ts';

const EPOCHS_FILE = 'epochs';
const MASTER_KEY_FILE = 'master-key';
const DESTROY_KEYS = 1000;

export interface RestorePlace {
  readonly dataFolder: string;
  /** Of a role that may make tables; the database is empty. */
  readonly databaseUrl: string;
  readonly keysFolder: string;
  readonly ledger: LedgerPlace;
  readonly master: Buffer;
  /** Whether an instance runs here. */
  readonly isInUse: () => Promise<boolean>;
}

export interface RestoreOptions extends ReplayOptions {
  /** Null: the keys folder still holds the keys, and with them the backup's (a database was lost, nothing else). */
  readonly keysFile: string | null;
  /** Positions of the record that a witness, or anybody else, has seen. */
  readonly known?: readonly RecordPosition[];
  /** Takes a ledger that is too old: its record is put aside and a new one begins. Tell staff. */
  readonly newLog?: boolean;
  /** What else was taken back since, withdrawn consents first of all; in the same transaction. */
  readonly alsoReplay?: (db: Db) => Promise<void>;
  readonly migrations?: string;
  /** Names of the steps as they end. */
  readonly onStep?: (step: RestoreStep) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export type RestoreStep =
  | 'keys read'
  | 'verified'
  | 'marked'
  | 'ledger'
  | 'erased keys'
  | 'loaded'
  | 'committed'
  | 'keys';

export interface Restored extends Checked {
  /** People and accounts in the erasure ledger. */
  readonly erased: number;
  /** The last known position of the record that was put aside, where a new one begins; its origin must be new. */
  readonly oldLog: RecordPosition | null;
}

/** Throws `BackupError`, `WrongMasterKey`, `KeyError`; then nothing was changed, or the same call goes on. */
export async function restoreBackup(
  file: string,
  place: RestorePlace,
  options: RestoreOptions,
): Promise<Restored> {
  const client = new pg.Client({ connectionString: place.databaseUrl, application_name: 'kept restore' });
  client.on('error', () => {});
  try {
    await client.connect();
    return await new Restore(file, place, options, client).run();
  } catch (error) {
    throw saidPlainly(error);
  } finally {
    await client.end().catch(() => {});
  }
}

class Restore {
  readonly #file: string;
  readonly #place: RestorePlace;
  readonly #options: RestoreOptions;
  readonly #client: pg.Client;
  readonly #migrations: string;
  /** Built beside their places. */
  readonly #keysBeside: string;
  readonly #ledgerBeside: string;
  #resumed = false;
  #ledgerIsOurs = false;

  constructor(file: string, place: RestorePlace, options: RestoreOptions, client: pg.Client) {
    this.#file = file;
    this.#place = place;
    this.#options = options;
    this.#client = client;
    this.#migrations = options.migrations ?? MIGRATIONS_FOLDER;
    this.#keysBeside = `${place.keysFolder}.restoring`;
    this.#ledgerBeside = `${place.ledger.folder}.restoring`;
  }

  async run(): Promise<Restored> {
    const id = await readId(this.#file);
    if (await this.#demandEmpty(id)) return await this.#afterCommit();
    const keys = await this.#readKeys();
    try {
      const checked = await this.#verify(keys, id);
      const oldLog = await this.#judgeLedger(checked);
      if (!this.#resumed) this.#ledgerIsOurs = await isEmptyFolder(this.#place.ledger.folder);
      await markRestore(this.#place.dataFolder, { backup: id, ledgerIsOurs: this.#ledgerIsOurs });
      this.#step('marked');
      const erased = await this.#fillLedger(oldLog);
      await this.#destroyKeys(keys, erased);
      await this.#fillDatabase(keys, id, erased);
      await keys.close();
      await this.#finish();
      return { ...checked, erased: erased.length, oldLog };
    } catch (error) {
      await keys.close().catch(() => {});
      throw error;
    }
  }

  #step(step: RestoreStep): void {
    this.#options.onStep?.(step);
  }

  /** True when the database was filled by this very restore, which was killed afterwards. */
  async #demandEmpty(id: string): Promise<boolean> {
    const { dataFolder, keysFolder, isInUse } = this.#place;
    if (await isInUse()) throw new BackupError('in_use', 'Kept runs on this data folder: stop it first.');
    const mark = await restoreUnderWay(dataFolder);
    if (mark !== null && mark.backup !== id)
      throw new BackupError('not_empty', 'A restore from another backup was begun here: end that one first.');
    this.#resumed = mark !== null;
    this.#ledgerIsOurs = mark?.ledgerIsOurs ?? false;
    const isFilled = !(await isEmptyDatabase(this.#client));
    if (this.#resumed && isFilled && (await originOf(this.#client)) === id) return true;
    if (isFilled) throw new BackupError('not_empty', 'The database is not empty; nothing was changed.');
    if (this.#options.keysFile !== null && !(await isEmptyFolder(keysFolder, [MASTER_KEY_FILE])))
      throw new BackupError('not_empty', 'The keys folder is not empty; nothing was changed.');
    return false;
  }

  /** The keys are read into a folder beside theirs, or opened where they are. */
  async #readKeys(): Promise<KeyStore> {
    const { master, keysFolder } = this.#place;
    const { keysFile } = this.#options;
    if (keysFile === null) return await openKeyStore(keysFolder, master);
    await rm(this.#keysBeside, { recursive: true, force: true });
    await importKeys(this.#keysBeside, master, stream(keysFile));
    this.#step('keys read');
    return await openKeyStore(this.#keysBeside, master);
  }

  /** Reads all of the file; its own files are written beside the ledger on the way. */
  async #verify(keys: KeyStore, id: string): Promise<Checked> {
    await rm(this.#ledgerBeside, { recursive: true, force: true });
    const sink = new FileSink(this.#ledgerBeside);
    const key = backupKey(keys, id);
    const signal = this.#options.signal;
    async function* keepFiles(items: AsyncIterable<Item>): AsyncGenerator<Item> {
      for await (const item of items) {
        if (item.kind === 'file') await sink.add(item.path, item.bytes);
        yield item;
      }
    }
    try {
      const checked = await checkItems(keepFiles(readItems(this.#file, key, { signal })));
      demandKnown(checked.header.schema, this.#migrations);
      this.#step('verified');
      return checked;
    } finally {
      key.fill(0);
      await sink.end();
    }
  }

  /** Throws `ledger_too_old` or `other_record`; with `newLog` tells the old record's last known position instead. */
  async #judgeLedger({ header }: Checked): Promise<RecordPosition | null> {
    const { ledger } = this.#place;
    const isHere = !this.#ledgerIsOurs && !(await isEmptyFolder(ledger.folder));
    const tiles = tilesIn(isHere ? ledger.folder : this.#ledgerBeside, ledger);
    const known = [...(this.#options.known ?? []), ...(header.record === null ? [] : [header.record])];
    try {
      await demandNewest(tiles, known);
      return null;
    } catch (error) {
      if (this.#options.newLog !== true) throw error;
      const here = await positionOf(tiles).catch(() => null);
      const all = here === null ? known : [here, ...known];
      return all.toSorted((one, other) => other.size - one.size)[0] ?? null;
    }
  }

  /** Puts the backup's ledger in an empty place, or adds to the one that is here; answers everybody in it. */
  async #fillLedger(oldLog: RecordPosition | null): Promise<readonly SubjectName[]> {
    const { ledger } = this.#place;
    const theirs = await erasuresIn(this.#ledgerBeside, ledger);
    const ours = await erasuresIn(ledger.folder, ledger);
    for (const line of theirs.lines) await ours.begun([line], line.at);
    if (this.#ledgerIsOurs) await this.#placeRecord();
    if (oldLog !== null) await putRecordAside(ledger, oldLog);
    this.#step('ledger');
    return [...ours.lines];
  }

  /** The backup's record where there was none; its state comes last. */
  async #placeRecord(): Promise<void> {
    const { ledger } = this.#place;
    const built = join(this.#ledgerBeside, ledger.record);
    if (await isEmptyFolder(built)) return;
    const folder = join(ledger.folder, ledger.record);
    await rm(folder, { recursive: true, force: true });
    await moveInto(folder, built, 'state');
  }

  async #destroyKeys(keys: KeyStore, erased: readonly SubjectName[]): Promise<void> {
    for (let first = 0; first < erased.length; first += DESTROY_KEYS)
      await keys.destroy(erased.slice(first, first + DESTROY_KEYS));
    this.#step('erased keys');
  }

  async #fillDatabase(keys: KeyStore, id: string, erased: readonly SubjectName[]): Promise<void> {
    const { onProgress, signal, alsoReplay } = this.#options;
    const key = backupKey(keys, id);
    const client = this.#client;
    try {
      await client.query('begin');
      await client.query(
        'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0',
      );
      await load(client, readItems(this.#file, key, { signal }), {
        migrations: this.#migrations,
        onProgress,
        signal,
      });
      await replayErasures(client, erased, this.#options);
      await alsoReplay?.(drizzle(client));
      await noteOrigin(client, id);
      this.#step('loaded');
      await client.query('commit');
      this.#step('committed');
    } finally {
      key.fill(0);
    }
  }

  async #finish(): Promise<void> {
    if (this.#options.keysFile !== null && !(await isEmptyFolder(this.#keysBeside)))
      await moveInto(this.#place.keysFolder, this.#keysBeside, EPOCHS_FILE);
    this.#step('keys');
    await rm(this.#ledgerBeside, { recursive: true, force: true });
    await unmarkRestore(this.#place.dataFolder);
  }

  /** The keys go where they belong; all else was there when the database was committed. */
  async #afterCommit(): Promise<Restored> {
    const { keysFolder, master, ledger } = this.#place;
    if (this.#options.keysFile !== null && !(await isEmptyFolder(this.#keysBeside)))
      await moveInto(keysFolder, this.#keysBeside, EPOCHS_FILE);
    const keys = await openKeyStore(keysFolder, master);
    const key = backupKey(keys, await readId(this.#file));
    try {
      const checked = await checkItems(readItems(this.#file, key));
      const erased = (await erasuresIn(ledger.folder, ledger)).lines.length;
      await this.#finish();
      return { ...checked, erased, oldLog: null };
    } finally {
      key.fill(0);
      await keys.close();
    }
  }
}

/** The old record stays readable beside the new one, under its last known size. */
async function putRecordAside(ledger: LedgerPlace, { size }: RecordPosition): Promise<void> {
  const folder = join(ledger.folder, ledger.record);
  if (await isEmptyFolder(folder)) return;
  await rename(folder, `${folder}-until-${size}`);
}
