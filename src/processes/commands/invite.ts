/** `kept invite`: makes a link to sign up with, where `sign_up` is `invite`. */
import type { Command } from 'commander';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

export function register(program: Command): void {
  const invite = program
    .command('invite')
    .description('make a link that lets people sign up')
    .option('--uses <number>', 'how many people may use it', '1')
    .option('--days <number>', 'how long it works', '7');
  withJson(invite).action(
    action(async ({ json, ...options }: { json?: boolean; uses: string; days: string }) => {
      const body = { uses: whole('--uses', options.uses), days: whole('--days', options.days) };
      const made = await callAdmin<{ url: string; uses: number; expires_at: string }>(
        'POST',
        '/invitations',
        body,
      );
      print(json, made, [
        made.url,
        `It lets ${made.uses === 1 ? 'one person' : `${made.uses} people`} sign up, until ${made.expires_at.slice(0, 10)}, and is shown this once.`,
      ]);
    }),
  );
}

function whole(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new CommandError(`${option} must be a whole number, not “${text}”.`);
  return Number(text);
}
