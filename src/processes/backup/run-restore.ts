/** What `kept restore` does; loaded by it alone: every other command would wait for what it needs. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../../config/index.ts';
import { ledgerPlace, restoreParts } from '../../control/backup/index.ts';
import { parseCheckpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import { parseNote } from '../../record/note.ts';
import { keysFileOf } from '../../store/backup/backup.ts';
import type { RecordPosition } from '../../store/backup/items.ts';
import { readId } from '../../store/backup/read-file.ts';
import { type Restored, restoreBackup } from '../../store/backup/restore.ts';
import { giveUpRestore } from '../../store/backup/restore-place.ts';
import { MissingMasterKey } from '../../store/keys/errors.ts';
import { masterWantedBy } from '../../store/keys/import.ts';
import { readMasterKey } from '../../store/keys/master-key.ts';
import { CommandError } from '../commands/admin-client.ts';
import { print } from '../commands/print.ts';
import type { Options } from '../commands/restore.ts';
import { whileDatabase, whileOffline } from './offline.ts';
import { offline, wholePath } from './offline-command.ts';

const STOPPED =
  'Stopped. Nothing can be read of it; the same command goes on or begins anew, and `kept restore --give-up` leaves the place empty.';

export async function restore(file: string | undefined, options: Options): Promise<void> {
  if (options.keys !== undefined && options.keepKeys)
    throw new CommandError('--keys and --keep-keys exclude each other.');
  if (options.giveUp) return giveUp(options);
  if (file === undefined) throw new CommandError('Name the backup: npx --no kept restore FILE');
  const known = [...(options.known ?? []).map(positionOf), ...(options.checkpoint ?? []).map(positionIn)];
  const restored = await offline({ json: options.json, stopped: STOPPED }, (given) =>
    bringBack(wholePath(file), known, options, given),
  );
  print(options.json, answerOf(restored), sentences(restored));
}

async function bringBack(
  file: string,
  known: readonly RecordPosition[],
  options: Options,
  { config, progress, signal }: Parameters<Parameters<typeof offline>[1]>[0],
): Promise<Restored> {
  // Before a database is made for it.
  await readId(file);
  const keysFile = options.keepKeys ? null : wholePath(options.keys ?? keysFileOf(file));
  const master = await masterKey(config, keysFile);
  return whileOffline(config, (place) =>
    whileDatabase(config, place, async (databaseUrl) => {
      progress.done('Database, empty');
      const name = basename(file);
      const restored = await restoreBackup(
        file,
        {
          dataFolder: place.data.path,
          databaseUrl,
          keysFolder: config.keysFolder,
          ledger: ledgerPlace(config.ledgerFolder),
          master,
        },
        {
          ...restoreParts,
          keysFile,
          known,
          newLog: options.newLog ?? false,
          signal,
          onProgress: (phase, done, total) =>
            progress.bytes(phase === 'checked' ? `Checking ${name}` : `Restoring ${name}`, done, total),
          onStep: (step) => {
            if (step === 'verified') progress.done(`Checked ${name}`);
            if (step === 'committed') progress.done(`Restored ${name}`);
          },
        },
      );
      return restored;
    }),
  );
}

/** As the start reads it, but never made: the keys are under one that is there. */
async function masterKey(config: Config, keysFile: string | null): Promise<Buffer> {
  const source = {
    ...(config.masterKey !== null && { environment: config.masterKey }),
    ...(config.masterKeyCommand !== null && { command: config.masterKeyCommand }),
  };
  try {
    return await readMasterKey(source, config.keysFolder, { mayMake: false });
  } catch (error) {
    if (!(error instanceof MissingMasterKey) || error.wanted !== null || keysFile === null) throw error;
    throw new MissingMasterKey(await masterWantedBy(keysFile));
  }
}

async function giveUp({ json }: Options): Promise<void> {
  const given = await offline({ json, stopped: 'Stopped; the same command goes on.' }, ({ config }) =>
    whileOffline(config, (place) =>
      whileDatabase(config, place, (databaseUrl) =>
        giveUpRestore({
          dataFolder: place.data.path,
          databaseUrl,
          keysFolder: config.keysFolder,
          ledger: ledgerPlace(config.ledgerFolder),
        }),
      ),
    ),
  );
  print(json, { given_up: given }, [
    given ? 'Given up: the place is empty.' : 'No restore is under way here.',
  ]);
}

function positionOf(text: string): RecordPosition {
  const [, size, root] = /^(\d{1,15}):([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  if (size === undefined || root === undefined)
    throw new CommandError('--known takes a size, a colon and the root hash in base64 (44 characters).');
  return { size: Number(size), root };
}

function positionIn(file: string): RecordPosition {
  try {
    const { size, root } = parseCheckpoint(parseNote(readFileSync(file)).text);
    return { size, root: Buffer.from(root).toString('base64') };
  } catch (error) {
    if (error instanceof RecordError) throw new CommandError(`${file} is no checkpoint: ${error.message}`);
    throw new CommandError(`${file} cannot be read: name a checkpoint of the record.`);
  }
}

function answerOf({ header, totals, erased, ledger, oldLog }: Restored) {
  return {
    backup: header.id,
    of: new Date(header.createdAt).toISOString(),
    rows: totals.tables.reduce((sum, table) => sum + table.rows, 0),
    erased,
    ledger: ledger === 'here' ? 'kept' : 'from backup',
    new_log_after: oldLog,
  };
}

function sentences(restored: Restored): string[] {
  const { of, rows, erased } = answerOf(restored);
  const lines = [
    `Restored as of ${of}: ${rows} rows. ${erased} erased people and accounts are in none of them.`,
  ];
  if (restored.ledger === 'backup')
    lines.push(
      `The ledger folder was empty, so that the backup's own is used: it does not know who was erased after ${of}. If you have a newer one, begin again with it in place.`,
    );
  if (restored.oldLog !== null)
    lines.push(
      `A new log of the record begins; the old one is known up to ${restored.oldLog.size} entries. \`kept doctor\` stays red until you have dealt with what it may miss (docs/backup.md) and said so:`,
      '  npx --no kept record dealt --reason R',
    );
  lines.push('Start it: npm start');
  return lines;
}
