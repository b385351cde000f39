/** `kept verify`: whether the running instance keeps its policy, looked at now; ends with 1 when a promise is broken. */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { CheckStanding, ClauseStanding, Standing } from '../../control/verification/index.ts';
import { CommandError, openAdmin } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

interface Options {
  readonly clause?: readonly string[];
  readonly watch?: boolean;
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
    .option('--clause <id...>', 'these clauses only, such as INFER-1')
    .option('--watch', 'goes on: looks again each minute, and says what is otherwise than before');
  withJson(verify).action(action((options: Options) => (options.watch ? watch(options) : once(options))));
}

const AGAIN_MS = 60_000;

async function once({ clause, json }: Options): Promise<void> {
  const standing = await look(clause);
  const shown = standing.clauses.filter(({ id }) => clause?.includes(id) ?? true);
  print(json, { oldest: standing.oldest, clauses: shown }, lines(shown));
  if (shown.some(({ verdict }) => verdict === 'broken')) process.exitCode = 1;
}

/** Until somebody ends it. Each line is a clause that stands otherwise than before; at first all. */
async function watch({ clause, json }: Options): Promise<void> {
  const before = new Map<string, string>();
  for (;;) {
    const { clauses } = await look(clause);
    for (const each of clauses.filter(({ id }) => clause?.includes(id) ?? true)) {
      const said = `${each.verdict} ${each.verdict === 'kept' ? '' : each.reason}`;
      if (before.get(each.id) === said) continue;
      before.set(each.id, said);
      print(json, { at: new Date().toISOString(), ...each }, [`${new Date().toISOString()} ${lineOf(each)}`]);
    }
    await sleep(AGAIN_MS);
  }
}

async function look(clause: Options['clause']): Promise<Standing> {
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
  return standing;
}

/** Progress, for whoever watches. */
function tell({ id, verdict, ms }: CheckStanding): void {
  if (process.stderr.isTTY) process.stderr.write(`${MARKS[verdict]} ${id} (${ms} ms)\n`);
}

const lineOf = ({ id, verdict, reason }: ClauseStanding): string =>
  `${verdict === null ? 'not seen ' : MARKS[verdict]}  ${id.padEnd(11)} ${reason}`;

function lines(clauses: readonly ClauseStanding[]): string[] {
  const of = (verdict: ClauseStanding['verdict']) =>
    clauses.filter((each) => each.verdict === verdict).length;
  return [
    ...clauses.map(lineOf),
    '',
    `${of('kept')} kept, ${of('broken')} broken, ${of('attested')} attested, ${of('off')} off, ${of('not-built')} not built.`,
  ];
}
