/** `kept billing reconcile`: whether our books agree with Stripe's, looked at now; ends with 1 where they do not. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { Reconciliation } from '../../control/payments/index.ts';
import { CommandError, openAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';
import { isPriced } from './running.ts';

type Difference = Reconciliation['differences'][number];

const WORDS: Readonly<Record<Difference['is'], string>> = {
  unbooked: 'paid at Stripe, and not booked here',
  unpaid: 'booked here, and not paid at Stripe',
  amount: 'another amount at Stripe',
  returned: 'not as much was given back on both sides',
  invoice: 'an invoice of this plan is paid at Stripe, and not booked here',
  dispute: 'withheld at Stripe for a dispute that is not known here',
};

export function register(program: Command): void {
  const command = program.command('billing', { hidden: !isPriced() }).description('look after payments');
  const reconcile = command
    .command('reconcile')
    .description(
      'compare the payments of the last 35 days with Stripe’s books. Changes nothing; ends with 1 when something differs.',
    );
  withJson(reconcile).action(action(look));
}

async function look({ json }: { json?: boolean }): Promise<void> {
  const answer = await openAdmin('/billing/reconcile?progress', { method: 'POST' });
  let found: Reconciliation | null = null;
  for await (const line of createInterface({ input: answer })) {
    const said = JSON.parse(line) as { looked?: number; found?: Reconciliation; problem?: string };
    if (said.problem !== undefined) throw new CommandError(said.problem);
    if (said.looked !== undefined) tell(said.looked);
    found = said.found ?? found;
  }
  if (found === null)
    throw new CommandError('The running Kept broke off its answer: look at its log, then try again.');
  print(json, found, lines(found));
  if (found.count > 0) process.exitCode = 1;
}

/** Progress, for whoever watches. */
function tell(looked: number): void {
  if (process.stderr.isTTY) process.stderr.write(`${looked} payments compared\n`);
}

function lines({ looked, count, gone, differences }: Reconciliation): string[] {
  const ofGone = gone === 0 ? '' : ` ${gone} belong to accounts that are gone: nothing to compare with.`;
  const compared = `Compared with Stripe: ${looked} payments.${ofGone}`;
  if (count === 0) return [compared, 'Both books tell the same.'];
  const rows = differences.map(({ is, payment }) => [payment, WORDS[is]]);
  const more = count - differences.length;
  return [
    compared,
    `They differ in ${count}:`,
    ...table(rows).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    'Find each at Stripe by this number (metadata `payment` or `plan`). Where Stripe is right, send its webhook again from there; where not, correct the credit by hand.',
  ];
}
