/** `kept upgrade`: moves the embedded database of another PostgreSQL into one of ours, by dump and load. */
import type { Command } from 'commander';
import { action, withJson } from './print.ts';

export function register(program: Command): void {
  const command = program
    .command('upgrade')
    .description('move the embedded database of another PostgreSQL into this version’s; Kept must not run')
    .option('--binaries <folder>', 'where the programs of the other PostgreSQL are');
  withJson(command).action(action(run));
}

async function run(options: { binaries?: string; json?: boolean }): Promise<void> {
  const { upgrade } = await import('../backup/run-upgrade.ts');
  await upgrade(options);
}
