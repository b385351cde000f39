/** `kept verify`: whether the running instance keeps its policy, looked at now; ends with 1 when a promise is broken. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { CheckStanding, ClauseStanding, Standing } from '../../control/verification/index.ts';
import { CommandError, openAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

interface Options {
  readonly clause?: readonly string[];
  readonly json?: boolean;
}

const MARKS = {
  kept: 'kept     ',
  broken: 'BROKEN   ',
  attested: 'attested ',
  off: 'off      ',
  'not-built': 'not built',
} as const;

export function register(program: Command): void {
  const verify = program
    .command('verify')
    .description(
      'Looks whether this running instance keeps its policy, clause by clause. Ends with 1 when one is broken.',
    )
    .option('--clause <id...>', 'these clauses only, such as INFER-1');
  withJson(verify).action(action(look));
}

async function look({ clause, json }: Options): Promise<void> {
  const body = clause === undefined ? {} : { clauses: clause };
  const answer = await openAdmin('/verify', { method: 'POST', body });
  let standing: Standing | null = null;
  for await (const line of createInterface({ input: answer })) {
    const said = JSON.parse(line) as { readonly seen?: CheckStanding; readonly standing?: Standing };
    if (said.seen !== undefined) tell(said.seen);
    standing = said.standing ?? standing;
  }
  if (standing === null)
    throw new CommandError('The running Kept broke off its answer: look at its log, then try again.');
  const shown = standing.clauses.filter(({ id }) => clause?.includes(id) ?? true);
  print(json, { oldest: standing.oldest, clauses: shown }, lines(shown));
  if (shown.some(({ verdict }) => verdict === 'broken')) process.exitCode = 1;
}

/** Progress, for whoever watches. */
function tell({ id, verdict, ms }: CheckStanding): void {
  if (process.stderr.isTTY) process.stderr.write(`${MARKS[verdict]} ${id} (${ms} ms)\n`);
}

function lines(clauses: readonly ClauseStanding[]): string[] {
  const of = (verdict: ClauseStanding['verdict']) =>
    clauses.filter((each) => each.verdict === verdict).length;
  return [
    ...clauses.map(
      ({ id, verdict, reason }) =>
        `${verdict === null ? 'not seen ' : MARKS[verdict]}  ${id.padEnd(11)} ${reason}`,
    ),
    '',
    `${of('kept')} kept, ${of('broken')} broken, ${of('attested')} attested, ${of('off')} off, ${of('not-built')} not built.`,
  ];
}
