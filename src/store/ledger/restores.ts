/**
 * Which restores there were, in a file of the ledger folder, which is never rolled back. Each is entered in the record
 * at the start that follows it. One that began a new log may have lost erasures and withdrawn consents: it stays open
 * until staff have said how they dealt with it.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { type Disk, realDisk } from './disk.ts';
import { LedgerDamaged } from './line-file.ts';

/** Its name in the ledger folder. */
const FILE = 'restores';
const RESTORES_MAX = 10_000;

const id = z.string().regex(/^[0-9a-f]{32}$/);
const time = z.int().min(0);

const noteShape = z.strictObject({
  /** Random. */
  id,
  /** The backup's id. */
  backup: id,
  /** Milliseconds since 1970: of the restore, and of what was restored. */
  at: time,
  of: time,
  /** Whether the ledger folder was there, or came out of the backup as well. */
  ledger: z.enum(['here', 'backup']),
  /** The last known checkpoint of the record that ended here; null where it goes on. */
  oldLog: z
    .strictObject({ origin: z.string().nullable(), size: z.int().min(0), root: z.string().max(64) })
    .nullable(),
  /** When staff had dealt with what a new log may have lost; null: not yet. */
  dealtAt: time.nullable(),
  /** Whether it stands in the record. */
  entered: z.boolean(),
});
export type RestoreNote = z.infer<typeof noteShape>;
export type OldLog = NonNullable<RestoreNote['oldLog']>;

/** Oldest first; none where there is no such file. Throws `LedgerDamaged`. */
export async function readRestores(folder: string, disk: Disk = realDisk): Promise<readonly RestoreNote[]> {
  const bytes = await disk.read(join(folder, FILE));
  if (bytes === null) return [];
  try {
    return z
      .array(noteShape)
      .max(RESTORES_MAX)
      .parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new LedgerDamaged('the list of restores cannot be read');
  }
}

/** Adds those that are not there; durable when it resolves. */
export async function noteRestores(
  folder: string,
  notes: readonly RestoreNote[],
  disk: Disk = realDisk,
): Promise<void> {
  const known = await readRestores(folder, disk);
  const added = notes.filter((note) => !known.some(({ id }) => id === note.id));
  if (added.length > 0) await write(folder, [...known, ...added], disk);
}

/** Says of one that it is in the record, or was dealt with; durable when it resolves. */
export async function changeRestore(
  folder: string,
  restore: string,
  change: Partial<Pick<RestoreNote, 'entered' | 'dealtAt'>>,
  disk: Disk = realDisk,
): Promise<void> {
  const notes = await readRestores(folder, disk);
  await write(
    folder,
    notes.map((note) => (note.id === restore ? { ...note, ...change } : note)),
    disk,
  );
}

async function write(folder: string, notes: readonly RestoreNote[], disk: Disk): Promise<void> {
  const inOrder = notes.toSorted((one, other) => one.at - other.at);
  await disk.replace(join(folder, FILE), Buffer.from(`${JSON.stringify(inOrder, null, 2)}\n`));
}

/** Those whose new log nobody has dealt with. */
export const openNewLogs = (notes: readonly RestoreNote[]): readonly RestoreNote[] =>
  notes.filter(({ oldLog, dealtAt }) => oldLog !== null && dealtAt === null);

/** What sets the name of the log apart that began at the newest such restore; '' where none did. */
export function originSuffix(notes: readonly RestoreNote[]): string {
  const newest = notes.findLast(({ oldLog }) => oldLog !== null);
  return newest === undefined ? '' : `-${newest.id.slice(0, 8)}`;
}
