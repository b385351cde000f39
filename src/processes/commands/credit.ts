/** `kept credit`: adds credit to an account. */
import type { Command } from 'commander';
import { formatAmount } from '../../control/amount.ts';
import { accountPath, callAdmin } from './admin-client.ts';
import { action, print, withAccount, withJson } from './print.ts';
import { isPriced } from './running.ts';

export function register(program: Command): void {
  const credit = program.command('credit', { hidden: !isPriced() }).description('add credit to accounts');
  const add = credit
    .command('add')
    .description('add credit; a negative amount takes it back')
    .requiredOption('--amount <usd>', 'US dollars, like 25.00')
    .requiredOption('--reason <text>', 'why, for the ledger');
  withJson(withAccount(add)).action(
    action(async (options: { account: string; amount: string; reason: string; json?: boolean }) => {
      const { amount, reason } = options;
      const answer = await callAdmin<{ account: string; amount_microusd: number; balance_microusd: number }>(
        'POST',
        accountPath(options.account, '/credit'),
        { amount, reason },
      );
      print(options.json, answer, [
        `Added ${formatAmount(answer.amount_microusd)} USD to ${answer.account}; its balance is ${formatAmount(answer.balance_microusd)} USD.`,
      ]);
    }),
  );
}
