/**
 * A deletion from the first day to the last, by a clock of its own: somebody moves into a scratch house, is in a backup, asks
 * to be deleted, is in another one, and the grace passes. Then everything that could bring them back is tried: what is left
 * in the house, and both backups with the copies of the keys that were made beside them.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, cp, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ledgerPlace, makeScheduled, restoreParts } from '../../control/backup/index.ts';
import { leave } from '../../control/rights/index.ts';
import { keysFileOf } from '../../store/backup/backup.ts';
import { BACKUP_NAME } from '../../store/backup/prune.ts';
import { restoreBackup } from '../../store/backup/restore.ts';
import { prune, type Schedule } from '../../store/backup/schedule.ts';
import { resumeErasures, runDueErasures } from '../../store/erasure/resume.ts';
import { erasure } from '../../store/erasure/schema.ts';
import { migrate } from '../../store/migrate.ts';
import { sweep } from '../../store/retention/sweep.ts';
import { CannotLook } from '../check.ts';
import { isEmbedded } from '../embedded.ts';
import type { Eyes } from '../eyes.ts';
import { searchLeaks } from '../search/search-leaks.ts';
import type { Ground } from './ground.ts';
import { type House, keysIn, type Lot, ledgerIn, openHouse } from './house.ts';
import { moveIn, type Somebody, saidBy } from './somebody.ts';
import { type Copied, copyOf, isAtHome, waysBack } from './ways-back.ts';

const HOUR_MS = 3_600_000;
/** Clocks of file systems are coarse. */
const SLACK_MS = 1_500;
const DAY_MS = 24 * HOUR_MS;
/** As the policy says it: the code's own number is what is looked at. */
const GRACE_DAYS = 30;
const KEYS_AGE_DAYS_MAX = 29;
/** Of what somebody has, so much at least has to open before: otherwise that nothing opens afterwards shows nothing. */
const VALUES_MIN = 4;

export interface Deletion {
  /** In words, whatever brought them back; empty: nothing. */
  readonly wrong: readonly string[];
  /** Sealed values that were theirs. */
  readonly values: number;
  /** Files that were searched. */
  readonly files: number;
  /** Whether those of the database were among them. */
  readonly isInDatabase: boolean;
}

interface Place {
  readonly eyes: Eyes;
  readonly ground: Ground;
  readonly databaseUrl: string;
  /** By the clock of the files. */
  readonly begunAt: number;
  readonly signal: AbortSignal;
  readonly master: Buffer;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly pass: (ms: number) => void;
}

interface Tried {
  readonly who: Somebody;
  /** Somebody who does not leave: where they are not either, nothing was brought back. */
  readonly stays: Somebody;
  readonly copied: Copied;
}

/** A backup, with a copy of its keys that somebody kept for too long. */
interface Kept {
  readonly file: string;
  readonly keys: string;
}

/** Throws `CannotLook` where the walk itself does not work: then it shows nothing. */
export async function walkDeletion(
  eyes: Eyes,
  ground: Ground,
  databaseUrl: string,
  signal: AbortSignal,
): Promise<Deletion> {
  let ahead = 0;
  const place: Place = {
    eyes,
    ground,
    databaseUrl,
    begunAt: Date.now() - SLACK_MS,
    signal,
    master: randomBytes(32),
    schedule: { folder: join(ground.folder, 'backups'), everyMs: DAY_MS, keep: 90 },
    now: () => eyes.store.now() + ahead,
    pass: (ms) => {
      ahead += ms;
    },
  };
  const lot = lotOn(place, 'home');
  await migrate(lot.url);
  const house = await openHouse(eyes, lot);
  const home = await deleteIn(place, house, lot).finally(() => house.close());
  const files = await searchFiles(place, home.tried.who);
  const { before, during, tried } = home;
  const wrong = [
    ...home.wrong,
    ...files.found,
    ...(await bringBack(place, tried, before, ledgerIn(lot), 'from a backup of before')),
    ...(await bringBack(place, tried, during, null, 'from a backup of the days before the deletion')),
  ];
  return { wrong, values: tried.copied.length, files: files.files, isInDatabase: files.isInDatabase };
}

/** The house after the deletion. */
interface Home {
  readonly wrong: readonly string[];
  readonly tried: Tried;
  readonly before: Kept;
  readonly during: Kept;
}

async function deleteIn(place: Place, house: House, lot: Lot): Promise<Home> {
  const { eyes, pass, signal } = place;
  const who = await moveIn(house, lot.url, eyes);
  const stays = await moveIn(house, lot.url, eyes);
  const copied = await copyOf(house, who);
  const before = await backUp(place, house);
  pass(DAY_MS);
  await leave(house.erasing, who.person, {}, true);
  const during = await backUp(place, house);
  signal.throwIfAborted();
  if (copied.length < VALUES_MIN || !(await isAtHome(house, stays)))
    throw new CannotLook('a probe that was not deleted is not there either');
  const late = await passGrace(place, house);
  const left = await waysBack(house, who, copied);
  const wrong = [...late, ...left.map((way) => `after the deletion ${way}`), ...(await stillThere(place))];
  return { wrong, tried: { who, stays, copied }, before, during };
}

const lotOn = ({ ground, databaseUrl, master, now }: Place, name: string): Lot => ({
  url: databaseUrl,
  folder: join(ground.folder, name),
  master,
  now,
});

/** As the schedule makes it. */
async function backUp({ schedule, ground }: Place, house: House): Promise<Kept> {
  await makeScheduled({ source: house.backups, store: house.store, schedule });
  const [newest = ''] = (await readdir(schedule.folder))
    .filter((name) => BACKUP_NAME.test(name))
    .sort()
    .reverse();
  const file = join(schedule.folder, newest);
  const keys = join(ground.folder, `${basename(file)}.kept-too-long`);
  await copyFile(keysFileOf(file), keys);
  return { file, keys };
}

/** A day before the end nothing may have happened; after it, everything that is due happens. */
async function passGrace({ pass, now, schedule, signal }: Place, house: House): Promise<string[]> {
  const { settings } = house.erasing;
  pass((GRACE_DAYS - 1) * DAY_MS);
  const tooSoon = (await runDueErasures(settings, signal)).length;
  pass(DAY_MS + HOUR_MS);
  const done = (await runDueErasures(settings, signal)).length;
  const databaseClock = async () => now();
  await sweep(house.store, { databaseClock, signal, moveApart: settings.moveApart });
  await prune(house.backups, schedule, now());
  return [
    ...(tooSoon > 0 ? ['a deletion was carried out before its day'] : []),
    ...(done === 1 ? [] : [`on the day of one deletion ${done} were carried out`]),
  ];
}

/** Copies of keys that are older than the grace. */
async function stillThere({ schedule }: Place): Promise<string[]> {
  const names = (await readdir(schedule.folder)).filter((name) => name.endsWith('.keys'));
  return names.length === 0
    ? []
    : [`${names.length} copies of keys are kept for longer than ${KEYS_AGE_DAYS_MAX} days`];
}

/** Everything that was written on the way, as it lies on the disk: of an embedded database its files and its log of changes. */
async function searchFiles({ eyes, ground, begunAt }: Place, who: Somebody) {
  const { settings } = eyes;
  const oid = isEmbedded(settings) ? await ground.databaseOid() : null;
  const cluster = join(dirname(settings.exportsFolder), 'postgres');
  const ofDatabase = oid === null ? [] : [join(cluster, 'base', oid), join(cluster, 'pg_wal')];
  const folders = [ground.folder, ...ofDatabase];
  const { files, finds } = await searchLeaks({ canaries: saidBy(who), folders, changedSince: begunAt });
  const found = finds.map(({ where, form }) => `${where} holds what a probe said, ${form}`);
  return { found, files, isInDatabase: oid !== null };
}

/** `ledger`: the newest there is; null: it was lost as well, and the backup's own is all that is known. */
async function bringBack(
  place: Place,
  { who, stays, copied }: Tried,
  { file, keys }: Kept,
  ledger: string | null,
  how: string,
): Promise<string[]> {
  place.signal.throwIfAborted();
  await place.ground.clear();
  const lot = lotOn(place, basename(file));
  if (ledger !== null) await cp(ledger, ledgerIn(lot), { recursive: true });
  await restoreBackup(
    file,
    {
      dataFolder: join(lot.folder, 'data'),
      databaseUrl: lot.url,
      keysFolder: keysIn(lot),
      ledger: ledgerPlace(ledgerIn(lot)),
      master: lot.master,
    },
    { ...restoreParts, keysFile: keys, signal: place.signal },
  );
  const house = await openHouse(place.eyes, lot);
  try {
    if (!(await isAtHome(house, stays)))
      throw new CannotLook('a backup brings nobody back, not even who was not deleted');
    const atOnce = await waysBack(house, who, copied, [erasure]);
    // As control does it before it serves anybody.
    await resumeErasures(house.erasing.settings);
    const ways = new Set([...atOnce, ...(await waysBack(house, who, copied))]);
    return [...ways].map((way) => `${how} ${way}`);
  } finally {
    await house.close();
  }
}
