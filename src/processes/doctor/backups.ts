/** Backups and restores, as the folders have them; needs no running instance. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/index.ts';
import { KEYS_AGE_DAYS_MAX, newestBackup } from '../../store/backup/prune.ts';
import { restoreUnderWay } from '../../store/backup/restore-mark.ts';
import { LedgerDamaged } from '../../store/ledger/line-file.ts';
import { openNewLogs, readRestores } from '../../store/ledger/restores.ts';
import { CommandError, callAdmin } from '../commands/admin-client.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const HOUR_MS = 3_600_000;
/** A backup is missing when the newest is older than this many periods. */
const LATE = 2;

export async function backupFindings(config: Config): Promise<Finding[]> {
  return [
    ...(await restoring(config)),
    ...(await newLogs(config)),
    await newest(config),
    ...(await attested()),
  ];
}

async function newest({ backups: { folder, everyMs }, dataFolder }: Config): Promise<Finding> {
  const name = 'backups';
  if (everyMs === 0)
    return warning(
      name,
      'None are made by themselves.',
      'Set "backups.every_hours", or make them with `kept backup FILE`, and try one out.',
    );
  const todo = `Look for \`backup_failed\` in the log, and whether the disk of ${folder} has room.`;
  const at = await newestBackup(folder).catch(() => 'unreadable' as const);
  if (at === 'unreadable')
    return problem(name, `${folder} cannot be read.`, 'Give it to the user that runs Kept.');
  const age = Date.now() - (at ?? bornAt(dataFolder));
  if (age > LATE * everyMs)
    return problem(
      name,
      at === null ? 'There is none.' : `The newest verified one is ${hours(age)} old.`,
      todo,
    );
  if (at === null) return ok(name, 'None yet: the first is made within an hour of the start.');
  return ok(name, `The newest verified one is ${hours(age)} old, in ${folder}.`);
}

/** The lock's file is made at the first start and never written again. */
function bornAt(folder: string): number {
  const file = path.join(folder, 'lock');
  return existsSync(file) ? statSync(file).mtimeMs : Date.now();
}

const hours = (ms: number): string => `${Math.max(0, Math.floor(ms / HOUR_MS))} h`;

/** Said, not judged: nobody here can see those copies. */
async function attested(): Promise<Finding[]> {
  const found = await callAdmin<{ attested: number }>('GET', '/backups').catch((error: unknown) => {
    if (error instanceof CommandError) return null;
    throw error;
  });
  if (found === null || found.attested === 0) return [];
  return [
    ok(
      'copies of keys',
      `${found.attested} were written by \`kept backup\` within ${KEYS_AGE_DAYS_MAX} days: that each is deleted before it is that old is yours to see to; it cannot be checked from here.`,
    ),
  ];
}

async function restoring({ dataFolder }: Config): Promise<Finding[]> {
  const mark = await restoreUnderWay(dataFolder).catch(() => null);
  if (mark === null) return [];
  return [
    problem(
      'restore',
      `A restore from ${mark.file} was begun and not ended: nothing starts here.`,
      `Go on with it: npx --no kept restore ${mark.file}. Or give it up: npx --no kept restore --give-up`,
    ),
  ];
}

async function newLogs({ ledgerFolder }: Config): Promise<Finding[]> {
  try {
    return openNewLogs(await readRestores(ledgerFolder)).map(({ of, oldLog }) =>
      problem(
        'record',
        `A new log began at a restore as of ${new Date(of).toISOString()}; the old one is known up to ${oldLog?.size} entries. Erasures and withdrawn consents after that time may be undone (RETAIN-2).`,
        'Find out who was erased or withdrew since (mail, receipts, processors), do it again, then: npx --no kept record dealt --reason R',
      ),
    );
  } catch (error) {
    if (!(error instanceof LedgerDamaged)) return [];
    return [problem('record', `In the ledger folder, ${error.message}.`, 'Put the file back from a backup.')];
  }
}
