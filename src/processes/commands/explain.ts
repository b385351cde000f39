/** `kept explain`: what the operator says to everybody of a promise that is broken; it stays broken. */
import type { Command } from 'commander';
import type { Explanation } from '../../control/verification/explanations.ts';
import { callAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

interface Options {
  readonly days?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const explain = program
    .command('explain <clause> <words>')
    .description(
      'Says to everybody, beside a promise that is broken, what happened and what you do about it. It stays broken, and what is said stays in the record; name nobody.',
    )
    .option('--days <n>', 'so long it is shown at most, 1 to 90; 30 as it comes');
  withJson(explain).action(action(say));
}

async function say(clause: string, words: string, { days, json }: Options): Promise<void> {
  const body = { clause, words, ...(days !== undefined && { days: Number(days) }) };
  const said = await callAdmin<Explanation>('POST', '/explanations', body);
  print(json, said, [
    `Shown beside ${clause} while it is broken, until ${said.until.slice(0, 10)} at most: ${said.words}`,
  ]);
}
