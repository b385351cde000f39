/**
 * Brings an instance back from a backup, into an empty place or not at all. Everything is checked before anything is
 * touched; rows, migrations and the replay of the erasure ledger are one transaction of the database, so that nobody
 * who was erased can be read at any moment. Killed anywhere it can be run again: the end is the same.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Db } from '../database.ts';
import type { ErasureSettings } from '../erasure/settings.ts';
import { importKeys } from '../keys/import.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import type { OldLog, RestoreNote } from '../ledger/restores.ts';
import { recordEntry } from '../ledger/schema.ts';
import type { SubjectName } from '../map/rows.ts';
import type { MapEntry } from '../map/table.ts';
import { Vault } from '../sealing/vault.ts';
import type { Tx } from '../store.ts';
import { isEmptyDatabase } from './catalogue.ts';
import { type Checked, checkItems } from './check-items.ts';
import { BackupError, saidPlainly } from './errors.ts';
import { isEmptyFolder, moveInto } from './folders.ts';
import { inTurn } from './in-turn.ts';
import type { Item, RecordPosition } from './items.ts';
import { FileSink } from './ledger-files.ts';
import { load } from './load.ts';
import { demandKnown, MIGRATIONS_FOLDER } from './migrations.ts';
import { erasuresIn } from './places.ts';
import { readId, readItems } from './read-file.ts';
import { leftOut, notHeld, replayErasures } from './replay.ts';
import { closeLedger, fillLedger, judgeLedger, type LedgerRestore } from './restore-ledger.ts';
import {
  markRestore,
  noteOrigin,
  originOf,
  type RestoreMark,
  restoreUnderWay,
  unmarkRestore,
} from './restore-mark.ts';
import { clear, dropBeside, keysBeside, ledgerBeside, type RestorePlace } from './restore-place.ts';
import { stream } from './stream.ts';
import { backupKey } from './verify.ts';

const EPOCHS_FILE = 'epochs';
/** What an empty keys folder may hold: the master key, and the password of an embedded database that is empty too. */
const NO_KEYS = ['master-key', 'postgres-password'];
const DESTROY_KEYS = 1000;
const ID_BYTES = 16;

export interface RestoreOptions {
  readonly map: readonly MapEntry[];
  readonly erasing: Pick<ErasureSettings, 'moveApart' | 'accountsEndingWith'>;
  /** Null: the keys folder still holds the keys, and with them the backup's (a database was lost, nothing else). */
  readonly keysFile: string | null;
  /** Positions of the record that a witness, or anybody else, has seen. */
  readonly known?: readonly RecordPosition[];
  /** Takes a ledger that is too old: its record is put aside and a new one begins. Staff have to deal with it. */
  readonly newLog?: boolean;
  /** What else was taken back since, withdrawn consents first of all. */
  readonly alsoReplay?: AlsoReplay | undefined;
  readonly migrations?: string;
  /** Names of the steps as they end. */
  readonly onStep?: (step: RestoreStep) => void;
  /** Bytes of the file. */
  readonly onProgress?: (phase: 'checked' | 'restored', done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs in the transaction that fills the database, before anything can be read, perhaps more than once. `here` is the
 * ledger folder, `inBackup` what lay in it when the backup was made: what only the latter knows is to be added to the
 * former, durably, before this resolves.
 */
export type AlsoReplay = (
  db: Db,
  ledgers: { readonly here: string; readonly inBackup: string },
) => Promise<void>;

export type RestoreStep =
  | 'keys read'
  | 'verified'
  | 'marked'
  | 'ledger'
  | 'loaded'
  | 'committed'
  | 'keys'
  | 'erased keys';

export interface Restored extends Checked {
  /** People and accounts in the erasure ledger. */
  readonly erased: number;
  /** Where the ledger came from: from the backup it knows of nothing later. */
  readonly ledger: RestoreNote['ledger'];
  /** The last known checkpoint of the record that was put aside, where a new one begins. */
  readonly oldLog: OldLog | null;
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
  #mark: RestoreMark | null = null;

  constructor(file: string, place: RestorePlace, options: RestoreOptions, client: pg.Client) {
    this.#file = file;
    this.#place = place;
    this.#options = options;
    this.#client = client;
    this.#migrations = options.migrations ?? MIGRATIONS_FOLDER;
  }

  async run(): Promise<Restored> {
    const id = await readId(this.#file);
    if (await this.#demandEmpty(id)) return await this.#afterCommit();
    const keys = await this.#readKeys();
    try {
      const checked = await this.#verify(keys, id);
      const mark = await this.#begin(checked);
      const { ledgerIsOurs, oldLog } = mark;
      try {
        const subjects = await fillLedger(this.#ledgers(mark));
        this.#step('ledger');
        const erased = await this.#fillDatabase(keys, id, subjects, mark);
        await keys.close();
        await this.#finish(mark);
        return { ...checked, erased, oldLog, ledger: ledgerIsOurs ? 'backup' : 'here' };
      } catch (error) {
        await this.#leave(keys, mark);
        throw error;
      }
    } finally {
      await keys.close().catch(() => {});
    }
  }

  #step(step: RestoreStep): void {
    this.#options.onStep?.(step);
  }

  #ledgers(mark: RestoreMark): LedgerRestore {
    return { ledger: this.#place.ledger, beside: ledgerBeside(this.#place), isOurs: mark.ledgerIsOurs };
  }

  /** True when the database was filled by this very restore, which was killed afterwards. */
  async #demandEmpty(id: string): Promise<boolean> {
    const { dataFolder, keysFolder } = this.#place;
    const mark = await restoreUnderWay(dataFolder);
    if (mark !== null && mark.backup !== id)
      throw new BackupError(
        'not_empty',
        `A restore from ${mark.file} was begun here: run that one again, or give it up with \`kept restore --give-up\`.`,
      );
    this.#mark = mark;
    const isFilled = !(await isEmptyDatabase(this.#client));
    if (mark !== null && isFilled && (await originOf(this.#client)) === id) return true;
    if (isFilled) throw new BackupError('not_empty', 'The database is not empty; nothing was changed.');
    const hasKeys = !(await isEmptyFolder(keysFolder, NO_KEYS));
    if (this.#options.keysFile === null && !hasKeys)
      throw new BackupError(
        'keys_do_not_fit',
        `There are no keys in ${keysFolder}: name the file with them.`,
      );
    if (this.#options.keysFile !== null && hasKeys)
      throw new BackupError(
        'not_empty',
        `There are keys in ${keysFolder}; nothing was changed. If they are this instance's and only the database was lost, restore with --keep-keys.`,
      );
    return false;
  }

  /** The keys are read into a folder beside theirs, or opened where they are. */
  async #readKeys(): Promise<KeyStore> {
    const { master, keysFolder } = this.#place;
    const { keysFile } = this.#options;
    if (keysFile === null) return await openKeyStore(keysFolder, master);
    const beside = keysBeside(this.#place);
    await rm(beside, { recursive: true, force: true });
    await importKeys(beside, master, stream(keysFile));
    this.#step('keys read');
    return await openKeyStore(beside, master);
  }

  /** Reads all of the file; its own files are written beside the ledger on the way. */
  async #verify(keys: KeyStore, id: string): Promise<Checked> {
    const beside = ledgerBeside(this.#place);
    await rm(beside, { recursive: true, force: true });
    const sink = new FileSink(beside);
    const key = backupKey(keys, id);
    async function* keepFiles(items: AsyncIterable<Item>): AsyncGenerator<Item> {
      for await (const item of items) {
        if (item.kind === 'file') await sink.add(item.path, item.bytes);
        yield item;
      }
    }
    try {
      const checked = await checkItems(keepFiles(this.#read(key, 'checked')));
      demandKnown(checked.header.schema, this.#migrations);
      this.#step('verified');
      return checked;
    } catch (error) {
      await sink.end();
      if (this.#mark === null) await dropBeside(this.#place);
      throw error;
    } finally {
      key.fill(0);
      await sink.end();
    }
  }

  #read(key: Buffer, phase: 'checked' | 'restored'): AsyncGenerator<Item> {
    const { signal, onProgress } = this.#options;
    return readItems(this.#file, key, {
      signal,
      onProgress: (done, total) => onProgress?.(phase, done, total),
    });
  }

  /** The last look before anything is touched; what it finds stands in the mark, also for a run after a kill. */
  async #begin({ header }: Checked): Promise<RestoreMark> {
    const { ledger, dataFolder } = this.#place;
    const isOurs = this.#mark?.ledgerIsOurs ?? (await isEmptyFolder(ledger.folder));
    const parts = { ledger, beside: ledgerBeside(this.#place), isOurs };
    const judge = () =>
      judgeLedger(parts, header, this.#options).catch(async (error: unknown) => {
        if (this.#mark === null) await dropBeside(this.#place);
        throw error;
      });
    const mark = this.#mark ?? {
      backup: header.id,
      file: resolve(this.#file),
      restore: randomBytes(ID_BYTES).toString('hex'),
      at: Date.now(),
      of: header.createdAt,
      ledgerIsOurs: isOurs,
      oldLog: null,
    };
    const complete = { ...mark, oldLog: mark.oldLog ?? (await judge()) };
    await markRestore(dataFolder, complete);
    this.#step('marked');
    return complete;
  }

  /** Answers how many are in the erasure ledger. */
  async #fillDatabase(
    keys: KeyStore,
    id: string,
    subjects: readonly SubjectName[],
    mark: RestoreMark,
  ): Promise<number> {
    const { signal, alsoReplay, map, erasing } = this.#options;
    const client = this.#client;
    const tx = drizzle(inTurn(client)) as unknown as Tx;
    const key = backupKey(keys, id);
    try {
      await client.query('begin');
      await client.query(
        'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0',
      );
      await load(client, this.#read(key, 'restored'), { migrations: this.#migrations, signal });
      const store = { map, keys, vault: new Vault(keys), now: Date.now };
      const late = await leftOut(tx, store, erasing.accountsEndingWith);
      const ledger = await erasuresIn(this.#place.ledger.folder, this.#place.ledger);
      const free = new Set((await notHeld(tx, { store }, late)).map(({ id }) => id));
      await ledger.begun(
        late.filter(({ id }) => free.has(id)),
        mark.at,
      );
      await ledger.begun(
        late.filter(({ id }) => !free.has(id)),
        mark.at,
        true,
      );
      await replayErasures(tx, { store, moveApart: erasing.moveApart }, [...subjects, ...late], (subject) =>
        ledger.held(subject),
      );
      await alsoReplay?.(tx as unknown as Db, {
        here: this.#place.ledger.folder,
        inBackup: ledgerBeside(this.#place),
      });
      // A new log begins with every entry that the database knows.
      if (mark.oldLog !== null && map.some(({ table }) => table === recordEntry))
        await tx.update(recordEntry).set({ index: null });
      await noteOrigin(client, id);
      this.#step('loaded');
      signal?.throwIfAborted();
      await client.query('commit');
      this.#step('committed');
      return ledger.lines.length;
    } finally {
      key.fill(0);
    }
  }

  /**
   * After an error (a kill leaves the mark instead): nothing was committed, so all that was made goes; where that is not
   * sure, the mark stays.
   */
  async #leave(keys: KeyStore, mark: RestoreMark): Promise<void> {
    await keys.close().catch(() => {});
    try {
      await this.#client.query('rollback');
      if (await isEmptyDatabase(this.#client)) await clear(this.#place, mark.ledgerIsOurs);
    } catch {
      // The connection is lost: whether the commit happened shows at the next run.
    }
  }

  /** Keys go where they belong, without those of the erased; all else was there when the database was committed. */
  async #finish(mark: RestoreMark): Promise<void> {
    const { dataFolder, keysFolder, master, ledger } = this.#place;
    await this.#moveKeys();
    this.#step('keys');
    await closeLedger(ledger, noteOf(mark));
    const erased = (await erasuresIn(ledger.folder, ledger)).lines;
    const tx = drizzle(inTurn(this.#client)) as unknown as Tx;
    const dead = await notHeld(tx, { store: { map: this.#options.map } }, erased);
    const keys = await openKeyStore(keysFolder, master);
    try {
      for (let first = 0; first < dead.length; first += DESTROY_KEYS)
        await keys.destroy(dead.slice(first, first + DESTROY_KEYS));
    } finally {
      await keys.close();
    }
    this.#step('erased keys');
    await rm(ledgerBeside(this.#place), { recursive: true, force: true });
    await unmarkRestore(dataFolder);
  }

  /** Keys that lie beside theirs go where they belong. */
  async #moveKeys(): Promise<void> {
    const beside = keysBeside(this.#place);
    if (this.#options.keysFile !== null && !(await isEmptyFolder(beside)))
      await moveInto(this.#place.keysFolder, beside, EPOCHS_FILE);
  }

  /** Ends a restore that was killed when the database was committed. */
  async #afterCommit(): Promise<Restored> {
    const { keysFolder, master, ledger } = this.#place;
    const mark = this.#mark as RestoreMark;
    await this.#moveKeys();
    const keys = await openKeyStore(keysFolder, master);
    const key = backupKey(keys, mark.backup);
    try {
      const checked = await checkItems(this.#read(key, 'checked'));
      await keys.close();
      await this.#finish(mark);
      const erased = (await erasuresIn(ledger.folder, ledger)).lines.length;
      return { ...checked, erased, oldLog: mark.oldLog, ledger: mark.ledgerIsOurs ? 'backup' : 'here' };
    } finally {
      key.fill(0);
      await keys.close().catch(() => {});
    }
  }
}

const noteOf = (mark: RestoreMark): RestoreNote => ({
  id: mark.restore,
  backup: mark.backup,
  at: mark.at,
  of: mark.of,
  ledger: mark.ledgerIsOurs ? 'backup' : 'here',
  oldLog: mark.oldLog,
  dealtAt: null,
  entered: false,
});
