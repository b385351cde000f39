/** `kept move`: from the embedded database to one of your own, while no Kept runs on the data folder. */
import type { Command } from 'commander';
import { action, withJson } from './print.ts';

export function register(program: Command): void {
  const command = program
    .command('move')
    .description('copy the embedded database into an empty one of your own; Kept must not run')
    .requiredOption('--to <address>', 'postgres://… of an empty database, 15 or newer');
  withJson(command).action(action(run));
}

async function run(options: { to: string; json?: boolean }): Promise<void> {
  const { move } = await import('../backup/run-move.ts');
  await move(options);
}
