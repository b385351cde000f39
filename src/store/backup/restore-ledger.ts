/**
 * The ledger folder in a restore. The one that is here is never rolled back: it is kept, and what the backup's knows
 * beyond it is added. Where there is none, the backup's takes its place. Everything can be done again after a kill.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordLog } from '../../record/log.ts';
import { noteRestores, type OldLog, type RestoreNote, readRestores } from '../ledger/restores.ts';
import type { SubjectName } from '../map/rows.ts';
import { isEmptyFolder, move, moveInto } from './folders.ts';
import type { Header, RecordPosition } from './items.ts';
import { erasuresIn, type LedgerPlace, tilesIn } from './places.ts';
import { demandNewest, positionOf } from './record-age.ts';

const FOLDER_MODE = 0o700;

export interface LedgerRestore {
  readonly ledger: LedgerPlace;
  /** Where the backup's was unpacked. */
  readonly beside: string;
  /** Nothing was here before. */
  readonly isOurs: boolean;
}

/** Throws `ledger_too_old` or `other_record`; with `newLog` tells the old record's last known position instead. */
export async function judgeLedger(
  { ledger, beside, isOurs }: LedgerRestore,
  header: Header,
  { known: told = [], newLog = false }: { known?: readonly RecordPosition[]; newLog?: boolean },
): Promise<OldLog | null> {
  const tiles = tilesIn(isOurs ? beside : ledger.folder, ledger);
  const known = [...told, ...(header.record === null ? [] : [header.record])];
  try {
    await demandNewest(tiles, known);
    return null;
  } catch (error) {
    if (!newLog) throw error;
    const here = await positionOf(tiles).catch(() => null);
    const all = here === null ? known : [here, ...known];
    const newest = all.toSorted((one, other) => other.size - one.size)[0];
    const origin = await RecordLog.originIn(tiles).catch(() => null);
    return newest === undefined ? null : { ...newest, origin };
  }
}

/** Fills the ledger folder and answers everybody in it. */
export async function fillLedger(restore: LedgerRestore): Promise<readonly SubjectName[]> {
  const { ledger, beside, isOurs } = restore;
  await mkdir(beside, { recursive: true });
  const theirs = await erasuresIn(beside, ledger);
  const ours = await erasuresIn(ledger.folder, ledger);
  // What is here already is the newer of the two, also of whom a hold keeps something.
  const missing = theirs.lines.filter((line) => !ours.erased(line));
  for (const line of missing) await ours.begun([line], line.at, theirs.held(line));
  if (isOurs) await placeRest(restore);
  else await noteRestores(ledger.folder, await readRestores(beside));
  return [...ours.lines];
}

/** The backup's record where there was none, its state last, and everything else that lay in its ledger folder. */
async function placeRest({ ledger, beside }: LedgerRestore): Promise<void> {
  const record = join(ledger.folder, ledger.record);
  const built = join(beside, ledger.record);
  if (!(await isEmptyFolder(built))) {
    await rm(record, { recursive: true, force: true });
    await moveInto(record, built, 'state');
  }
  await mkdir(ledger.folder, { recursive: true, mode: FOLDER_MODE });
  const there = await readdir(ledger.folder);
  for (const name of await readdir(beside)) {
    if (name === ledger.erasures || name === ledger.record || there.includes(name)) continue;
    await move(join(beside, name), join(ledger.folder, name));
  }
}

/** Says that the restore happened; an old record stays readable beside the new one, under its last known size. */
export async function closeLedger(ledger: LedgerPlace, note: RestoreNote): Promise<void> {
  const record = join(ledger.folder, ledger.record);
  if (note.oldLog !== null && !(await isEmptyFolder(record)))
    await rename(record, `${record}-until-${note.oldLog.size}-${note.id.slice(0, 8)}`);
  await noteRestores(ledger.folder, [note]);
}

/** What a restore that is given up has put into a ledger folder that was empty. */
export async function emptyLedger({ ledger }: Pick<LedgerRestore, 'ledger'>): Promise<void> {
  for (const name of await readdir(ledger.folder).catch(() => []))
    await rm(join(ledger.folder, name), { recursive: true, force: true });
}
