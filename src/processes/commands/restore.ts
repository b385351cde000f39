/** `kept restore`: brings an instance back from a backup, into an empty place, while none runs there. */
import type { Command } from 'commander';
import { action, withJson } from './print.ts';

export interface Options {
  keys?: string;
  keepKeys?: boolean;
  known?: string[];
  checkpoint?: string[];
  newLog?: boolean;
  giveUp?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('restore')
    .description('bring everything back from a backup, into an empty place; Kept must not run there')
    .argument('[file]', 'the backup; its keys are FILE.keys')
    .option('--keys <file>', 'the keys, where they are in another file; those of a newer backup fit too')
    .option('--keep-keys', 'the keys folder is still there: only the database was lost')
    .option('--known <size:root...>', 'a position of the record that somebody has seen, root in base64')
    .option('--checkpoint <file...>', 'the same, out of a checkpoint of the record')
    .option('--new-log', 'the newest ledger folder is lost: begin a new log, and deal with what it may miss')
    .option('--give-up', 'end a restore that was begun and not ended; leaves the place empty');
  withJson(command).action(action(run));
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const { restore } = await import('../backup/run-restore.ts');
  await restore(file, options);
}
