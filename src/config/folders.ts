/** Where everything lies. */
import path from 'node:path';
import type { Config } from './config.ts';
import type { ConfigEnvironment } from './environment-schema.ts';
import type { ConfigFile } from './file-schema.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_BACKUP_HOURS = 24;
const DEFAULT_BACKUPS = 7;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The data folder alone: all that a command needs to find the running instance. */
export function dataFolderOf(environment: Environment, folder: string): string {
  return path.resolve(folder, environment.KEPT_DATA || './data');
}

/** What `kept keys rotate --master` is given in the environment: 64 hex digits or the path of a file; null: nothing. */
export function newMasterKeyOf(environment: Environment, folder: string): string | null {
  return masterKey(environment.KEPT_NEW_MASTER_KEY || undefined, folder);
}

/** The key itself, or the file that holds it. */
function masterKey(value: string | undefined, folder: string): string | null {
  if (value === undefined) return null;
  return /^[0-9a-fA-F]{64}$/.test(value) ? value : path.resolve(folder, value);
}

type Folders = Pick<
  Config,
  'dataFolder' | 'keysFolder' | 'ledgerFolder' | 'modelsFolder' | 'masterKey' | 'masterKeyCommand' | 'backups'
>;

/** `beside`: the path of a file that the configuration names. */
export function foldersOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  { folder, beside }: { readonly folder: string; readonly beside: (file: string) => string },
): Folders {
  const dataFolder = dataFolderOf({ KEPT_DATA: env.KEPT_DATA }, folder);
  const within = (given: string | undefined, name: string) =>
    given === undefined ? path.join(dataFolder, name) : path.resolve(folder, given);
  const { backups } = file;
  return {
    dataFolder,
    keysFolder: within(env.KEPT_KEYS, 'keys'),
    ledgerFolder: within(env.KEPT_LEDGER, 'ledger'),
    modelsFolder: within(env.KEPT_MODEL_CACHE, 'models'),
    masterKey: masterKey(env.KEPT_MASTER_KEY, folder),
    masterKeyCommand: env.KEPT_MASTER_KEY === undefined ? (file.master_key_command ?? null) : null,
    backups: {
      folder: backups?.folder === undefined ? path.join(dataFolder, 'backups') : beside(backups.folder),
      everyMs: (backups?.every_hours ?? DEFAULT_BACKUP_HOURS) * HOUR_MS,
      keep: backups?.keep ?? DEFAULT_BACKUPS,
    },
  };
}
