/**
 * Opens the files of a key store in the order in which nothing can be lost: the master key is checked before anything
 * is written, the journal is replayed before a file is read, and the epochs are made last.
 */
import { join } from 'node:path';
import { Commits } from './batch.ts';
import { Epochs, wantedMaster } from './epochs.ts';
import { KeyError, WrongMasterKey } from './errors.ts';
import { type FileLayer, type OpenFile, realFiles } from './files.ts';
import { apply, Journal } from './journal.ts';
import { Lookups, People, SLOT_BYTES } from './tables.ts';
import { fingerprint, KEY_BYTES } from './wrap.ts';

export const EPOCHS_FILE = 'epochs';
const PEOPLE_FILE = 'people';
const LOOKUPS_FILE = 'lookups';
const JOURNAL_FILE = 'journal';

export interface OpenOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly files?: FileLayer;
}

export interface Parts {
  readonly people: People;
  readonly lookups: Lookups;
  readonly epochs: Epochs;
  readonly commits: Commits;
  readonly now: () => number;
}

/** Throws `WrongMasterKey`, or `KeyError` with `bad_master_key`, `damaged_epochs` or `damaged_key_file`. */
export async function openParts(folder: string, master: Buffer, options: OpenOptions = {}): Promise<Parts> {
  const layer = options.files ?? realFiles;
  if (master.length !== KEY_BYTES) throw new KeyError('bad_master_key', 'a master key has 32 bytes');
  await layer.makeFolder(folder);
  const opened: OpenFile[] = [];
  const file = async (name: string): Promise<OpenFile> => {
    const one = await layer.open(join(folder, name));
    opened.push(one);
    return one;
  };
  try {
    const epochsFile = await file(EPOCHS_FILE);
    const wanted = await wantedMaster(epochsFile);
    if (wanted !== null && wanted !== fingerprint(master))
      throw new WrongMasterKey(wanted, fingerprint(master));
    const isNew = wanted === null;
    const [peopleFile, lookupsFile] = [await file(PEOPLE_FILE), await file(LOOKUPS_FILE)];
    // Without epochs nothing can be there but headers; else the epochs were lost, and nothing may be touched.
    const longest = Math.max(
      (await peopleFile.size()) - SLOT_BYTES[0]!,
      (await lookupsFile.size()) - SLOT_BYTES[1]!,
    );
    if (isNew && longest > 0) {
      throw new KeyError('damaged_epochs', 'the epochs file is damaged or missing; take it from a backup');
    }
    const journal = new Journal(await file(JOURNAL_FILE));
    const batch = await journal.read(SLOT_BYTES);
    if (batch !== null && !isNew) await apply(batch, [peopleFile, lookupsFile]);
    await journal.clear();
    const people = await People.load(peopleFile, isNew);
    const lookups = await Lookups.load(lookupsFile, isNew);
    const epochs = await Epochs.open(epochsFile, master, isNew);
    await people.table.sort();
    await lookups.table.sort();
    const commits = new Commits(journal, [people.table, lookups.table]);
    return { people, lookups, epochs, commits, now: options.now ?? Date.now };
  } catch (error) {
    for (const one of opened) await one.close().catch(() => {});
    throw error;
  }
}

export async function closeParts({ people, lookups, epochs, commits }: Parts): Promise<void> {
  await commits.close();
  for (const { slots } of [people, lookups]) {
    await slots.file.close();
    slots.forget();
  }
  await epochs.close();
}
