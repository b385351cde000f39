/** What the commands on a data folder that nobody runs have in common: configuration, progress, Ctrl-C, sentences. */
import { isAbsolute, resolve } from 'node:path';
import { type Config, ConfigError, readConfig } from '../../config/index.ts';
import { RecordError } from '../../record/errors.ts';
import { BackupError } from '../../store/backup/errors.ts';
import { isOutage } from '../../store/failures.ts';
import { KeyError, MissingMasterKey, WrongMasterKey } from '../../store/keys/errors.ts';
import { LedgerDamaged } from '../../store/ledger/line-file.ts';
import { CommandError } from '../commands/admin-client.ts';
import { codeOf, StartError } from '../start-error.ts';
import { createProgress, type Progress } from '../supervisor/progress.ts';

export interface OfflineWork {
  readonly config: Config;
  readonly progress: Progress;
  /** Ends at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs `work`; what it throws ends the command with one sentence. `stopped`: what to say after Ctrl-C. */
export async function offline<T>(
  { json, stopped }: { readonly json: boolean | undefined; readonly stopped: string },
  work: (given: OfflineWork) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  try {
    const config = readConfig(process.env, process.cwd());
    // Standard output is the document's alone.
    const progress = createProgress(json ? process.stderr : process.stdout);
    return await work({ config, progress, signal: stopping.signal });
  } catch (error) {
    if (stopping.signal.aborted && !(error instanceof CommandError)) throw new CommandError(stopped);
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    throw new CommandError(sentence);
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
  }
}

function sentenceOf(error: unknown): string | null {
  if (error instanceof WrongMasterKey)
    return `The master key is another one than the keys are under: give the right one by KEPT_MASTER_KEY, or as \`master-key\` in the keys folder. Wanted is the key with the fingerprint ${error.wanted}, given ${error.given}.`;
  if (error instanceof MissingMasterKey)
    return `The master key is missing: give it by KEPT_MASTER_KEY, or put its file back as \`master-key\` (mode 0600) in the keys folder.${error.wanted === null ? '' : ` Wanted is the key with the fingerprint ${error.wanted}.`}`;
  if (error instanceof KeyError) return `The keys cannot be used: ${error.message}.`;
  if (error instanceof LedgerDamaged)
    return `The ledger folder is damaged (${error.message}): put a whole one in its place.`;
  if (error instanceof RecordError) return `The record in the ledger folder cannot be used: ${error.message}`;
  if (error instanceof BackupError || error instanceof StartError || error instanceof ConfigError)
    return error.message;
  const { path, syscall } = error as NodeJS.ErrnoException;
  const code = codeOf(error);
  if (path !== undefined && syscall !== 'connect' && /^E(NOENT|ACCES|ISDIR|NOTDIR|PERM|ROFS)$/.test(code))
    return `${path} cannot be used (${code}): check that it is there and that this user may use it.`;
  if (isOutage(error))
    return 'The database does not answer, or went away: nothing of it is half done. Try again.';
  return null;
}

/** A file of the command line as a whole path. */
export const wholePath = (file: string): string => (isAbsolute(file) ? file : resolve(file));
