/**
 * Writes a backup: `FILE` (database, ledger, record; opens nothing alone) and `FILE.keys` (the keys, under the master
 * key, without who is in the grace before erasure). Both get their names only when all of it was written, synced, read
 * again and verified. Never overwrites a backup; leaves nothing but its own unfinished files, which the next run takes away.
 */
import { randomBytes } from 'node:crypto';
import { access, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import pg from 'pg';
import { syncFolder } from '../keys/files.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { Checked } from './check-items.ts';
import { dump } from './dump.ts';
import { BackupError, saidPlainly } from './errors.ts';
import { encode } from './item-codec.ts';
import { LedgerFiles } from './ledger-files.ts';
import { type LedgerPlace, tilesIn } from './places.ts';
import { positionOf } from './record-age.ts';
import { headOf, sealChunk } from './sealed-file.ts';
import { verifyBackup } from './verify.ts';

const FILE_MODE = 0o600;
const ID_BYTES = 16;
const UNFINISHED = '.part';

export interface BackupSource {
  /** Of the tables' owner. */
  readonly databaseUrl: string;
  readonly keys: KeyStore;
  readonly ledger: LedgerPlace;
  readonly now: () => number;
}

export interface BackupOptions {
  /** Called after each table. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Called when all of it was read again, before the files get their names. */
  readonly onVerified?: (checked: Checked) => Promise<void>;
}

export const keysFileOf = (file: string): string => `${file}.keys`;

/** Throws `exists`, `disk_full`, the signal's reason, or what the database says; then there is no new backup. */
export async function writeBackup(
  source: BackupSource,
  file: string,
  options: BackupOptions = {},
): Promise<Checked> {
  if (await isThere(file))
    throw new BackupError('exists', `${file} is there already: a backup is never written over.`);
  const [draft, keysDraft] = [`${file}${UNFINISHED}`, `${keysFileOf(file)}${UNFINISHED}`];
  await Promise.all([rm(draft, { force: true }), rm(keysDraft, { force: true })]);
  const id = randomBytes(ID_BYTES).toString('hex');
  try {
    await source.keys.create('backup', id);
    await writeDump(source, draft, id, options);
    // After the snapshot, so that nobody in it lacks a key.
    await writeKeys(source.keys, keysDraft);
    const checked = await verifyBackup(draft, source.keys, options.signal && { signal: options.signal });
    await options.onVerified?.(checked);
    await rename(keysDraft, keysFileOf(file));
    await rename(draft, file);
    await syncFolder(dirname(resolve(file)));
    return checked;
  } catch (error) {
    await Promise.all([rm(draft, { force: true }), rm(keysDraft, { force: true })]).catch(() => {});
    await source.keys.destroy([{ kind: 'backup', id }]).catch(() => {});
    throw saidPlainly(error);
  }
}

async function writeDump(
  source: BackupSource,
  draft: string,
  id: string,
  options: BackupOptions,
): Promise<void> {
  const found = source.keys.key('backup', id);
  if (found === null) throw new BackupError('keys_do_not_fit', 'The key store lost the key of the backup.');
  const key = Buffer.from(found);
  const client = new pg.Client({ connectionString: source.databaseUrl, application_name: 'kept backup' });
  client.on('error', () => {});
  const out = await open(draft, 'wx', FILE_MODE);
  try {
    await client.connect();
    await out.appendFile(headOf(id));
    const files = new LedgerFiles(source.ledger.folder);
    const items = dump(client, {
      id,
      now: source.now,
      recordPosition: () => positionOf(tilesIn(source.ledger.folder, source.ledger)),
      files: () => files.read(),
      totalOfFiles: () => files.totals(),
      ...options,
    });
    let number = 0;
    for await (const item of items) {
      const { kind, bytes } = encode(item);
      await out.appendFile(await sealChunk(key, id, number, kind, bytes));
      number += 1;
    }
    await out.sync();
  } finally {
    key.fill(0);
    await out.close();
    await client.end().catch(() => {});
  }
}

async function writeKeys(keys: KeyStore, draft: string): Promise<void> {
  const out: FileHandle = await open(draft, 'wx', FILE_MODE);
  try {
    for await (const bytes of keys.exportKeys()) await out.appendFile(bytes);
    await out.sync();
  } finally {
    await out.close();
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
