/**
 * Builds a key store from a key backup in a place that is empty. It is built beside that place and moved there whole
 * when the backup's MAC has been checked: a backup that is cut off or altered leaves nothing.
 */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KeyError, WrongMasterKey } from './errors.ts';
import { asEpoch, BOUND, FRAME, MAGIC, macOf } from './export.ts';
import { realFiles, syncFolder } from './files.ts';
import * as lookups from './lookups.ts';
import { closeParts, EPOCHS_FILE, openParts, type Parts } from './open-parts.ts';
import * as people from './people.ts';
import { fingerprint, unwrap, WRAPPED_BYTES } from './wrap.ts';

const MASTER_KEY_FILE = 'master-key';
const HEAD_BYTES = MAGIC.length + 8 + WRAPPED_BYTES;
const MAC_BYTES = 32;
const END_BYTES = 1 + 4;
const BATCH_FRAMES = 1024;

/** Throws `WrongMasterKey`, or `KeyError` with `folder_not_empty` or `damaged_key_backup`. */
export async function importKeys(
  folder: string,
  master: Buffer,
  stream: AsyncIterable<Uint8Array>,
): Promise<void> {
  const building = `${folder}.importing`;
  await demandEmpty(folder, building);
  await rm(building, { recursive: true, force: true });
  const reader = new Reader(stream);
  const backup = backupKeyOf(await reader.take(HEAD_BYTES), master);
  const mac = macOf(backup);
  mac.update(reader.lastTaken);
  const parts = await openParts(building, master);
  try {
    await readFrames(parts, reader, backup, mac);
    await closeParts(parts);
  } catch (error) {
    await closeParts(parts).catch(() => {});
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    backup.fill(0);
  }
  await moveInto(folder, building);
}

/** The fingerprint of the master key that a key backup is under; null where the file is none. */
export async function masterWantedBy(file: string): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (bytesRead < HEAD_BYTES || buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    return wantedIn(buffer);
  } finally {
    await handle.close();
  }
}

const wantedIn = (head: Buffer): string => head.toString('latin1', MAGIC.length, MAGIC.length + 8);

/** Nothing but a master key file may be there, or what an import that was killed while moving has left. */
async function demandEmpty(folder: string, building: string): Promise<void> {
  const there = (await readdir(folder).catch((): string[] => [])).filter((name) => name !== MASTER_KEY_FILE);
  const isHalfMoved =
    !there.includes(EPOCHS_FILE) && (await readdir(building).catch((): string[] => [])).includes(EPOCHS_FILE);
  if (there.length > 0 && !isHalfMoved)
    throw new KeyError('folder_not_empty', 'the keys folder is not empty');
}

/** The epochs last: without them nothing opens, and the import is done again. */
async function moveInto(folder: string, building: string): Promise<void> {
  await realFiles.makeFolder(folder);
  for (const name of [...(await readdir(building)).filter((one) => one !== EPOCHS_FILE), EPOCHS_FILE]) {
    await rename(join(building, name), join(folder, name));
    await syncFolder(folder);
  }
  await rm(building, { recursive: true, force: true });
  await syncFolder(dirname(folder));
}

const damaged = (): KeyError =>
  new KeyError('damaged_key_backup', 'the key backup is cut off or was altered; nothing was restored');

function backupKeyOf(head: Buffer, master: Buffer): Buffer {
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) throw damaged();
  const wanted = wantedIn(head);
  if (wanted !== fingerprint(master)) throw new WrongMasterKey(wanted, fingerprint(master));
  const key = unwrap(head.subarray(MAGIC.length + 8), master, BOUND);
  if (key === null) throw damaged();
  return key;
}

async function readFrames(
  parts: Parts,
  reader: Reader,
  backup: Buffer,
  mac: ReturnType<typeof macOf>,
): Promise<void> {
  const keys: Buffer[] = [];
  const values: Buffer[] = [];
  const flush = async (): Promise<void> => {
    const [someKeys, someValues] = [keys.splice(0), values.splice(0)];
    await parts.commits.run((batch) => {
      for (const slot of someKeys) {
        const bytes = people.rewrapped(slot, asEpoch(backup), parts.epochs);
        if (bytes === null) throw damaged();
        parts.people.table.insert(bytes, batch);
      }
      for (const slot of someValues) parts.lookups.table.insert(slot, batch);
    });
  };
  for (let count = 0; ; count++) {
    const kind = (await reader.peek())[0];
    if (kind === FRAME.end) {
      const end = await reader.take(END_BYTES);
      mac.update(end);
      const given = await reader.take(MAC_BYTES);
      if (end.readUInt32LE(1) !== count || !given.equals(mac.digest()) || !(await reader.ended()))
        throw damaged();
      return flush();
    }
    if (kind !== FRAME.key && kind !== FRAME.lookup) throw damaged();
    const bytes = await reader.take(
      1 + (kind === FRAME.key ? people.PEOPLE_SLOT_BYTES : lookups.LOOKUP_SLOT_BYTES),
    );
    mac.update(bytes);
    (kind === FRAME.key ? keys : values).push(Buffer.from(bytes.subarray(1)));
    if (keys.length + values.length >= BATCH_FRAMES) await flush();
  }
}

/** Takes exact lengths out of a stream. */
class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  lastTaken: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  async take(bytes: number): Promise<Buffer> {
    while (this.#rest.length < bytes) if (!(await this.#more())) throw damaged();
    this.lastTaken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return this.lastTaken;
  }

  async peek(): Promise<Buffer> {
    while (this.#rest.length === 0) if (!(await this.#more())) throw damaged();
    return this.#rest;
  }

  async ended(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done) return false;
    this.#rest = Buffer.concat([this.#rest, value]);
    return true;
  }
}
