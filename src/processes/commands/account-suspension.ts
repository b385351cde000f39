/** `kept account suspend|resume`: stops an account's keys, and lets them work again; always with a reason (AUTO-2). */
import type { Command } from 'commander';
import { accountPath, callAdmin } from './admin-client.ts';
import { action, print, withAccount, withJson } from './print.ts';
import { isPriced } from './running.ts';

interface SuspendOptions {
  readonly account: string;
  readonly ground: string;
  readonly reason: string;
  readonly json?: boolean;
}
type ResumeOptions = Omit<SuspendOptions, 'ground'>;

export function registerSuspension(account: Command): void {
  withJson(withAccount(account.command('suspend').description('stop all keys of an account')))
    .requiredOption(
      '--ground <ground>',
      `abuse, security,${isPriced() ? ' payment,' : ''} legal_order or own_wish`,
    )
    .requiredOption('--reason <text>', 'why; its people are shown these words')
    .action(
      action(async ({ account, ground, reason, json }: SuspendOptions) => {
        const done = await callAdmin<{ id: string }>('POST', `${accountPath(account)}/suspension`, {
          ground,
          reason,
        });
        print(json, done, [
          `Suspended ${done.id}. Its people see the ground and the reason.`,
          `End it with: npx --no kept account resume --account ${done.id} --reason R`,
        ]);
      }),
    );
  withJson(
    withAccount(account.command('resume').description('let the keys of a suspended account work again')),
  )
    .requiredOption('--reason <text>', 'why it ends')
    .action(
      action(async ({ account, reason, json }: ResumeOptions) => {
        const done = await callAdmin<{ id: string }>('POST', `${accountPath(account)}/suspension/end`, {
          reason,
        });
        print(json, done, [`The keys of ${done.id} work again.`]);
      }),
    );
}
