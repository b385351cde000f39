/** `kept key`: makes API keys (shown once), lists them, revokes them. */
import type { Command } from 'commander';
import { accountPath, callAdmin } from './admin-client.ts';
import { type LimitOptions, limitBody, limitLine, type ShownLimits, withLimits } from './limit-options.ts';
import { action, print, table, withAccount, withJson } from './print.ts';

interface CreateOptions extends LimitOptions {
  account: string;
  name: string;
  models?: string;
  expires?: string;
  networks?: string;
  json?: boolean;
}

interface ShownKey {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly limits: ShownLimits;
  readonly expires_at: string | null;
  readonly last_used_on: string | null;
}

export function register(program: Command): void {
  const key = program.command('key').description('make, list and revoke API keys');
  registerCreate(key);
  registerList(key);
  registerRevoke(key);
}

function registerCreate(key: Command): void {
  const command = key
    .command('create')
    .description('make an API key; it is shown this once and stored only as a keyed hash')
    .requiredOption('--name <name>', 'what it is for')
    .option('--models <names>', 'only these models, separated by commas')
    .option('--expires <date>', 'stops working then, like 2027-01-31 or 2027-01-31T12:00:00Z')
    .option(
      '--networks <networks>',
      'only from these addresses or networks, like 192.0.2.0/24, separated by commas',
    );
  withJson(withLimits(withAccount(command))).action(
    action(async (options: CreateOptions) => {
      const { name, models, expires, networks } = options;
      const made = await callAdmin<{ id: string; key: string }>(
        'POST',
        accountPath(options.account, '/keys'),
        {
          name,
          limits: limitBody(options),
          ...(models !== undefined && { models: split(models) }),
          ...(expires !== undefined && { expires }),
          ...(networks !== undefined && { networks: split(networks) }),
        },
      );
      print(options.json, made, [made.key, `Its id is ${made.id}. The key itself is shown only now.`]);
    }),
  );
}

function registerList(key: Command): void {
  withJson(withAccount(key.command('list').description('list an account’s keys'))).action(
    action(async (options: { account: string; json?: boolean }) => {
      const answer = await callAdmin<{ keys: ShownKey[] }>('GET', accountPath(options.account, '/keys'));
      const rows = answer.keys.map((shown) => [
        shown.id,
        shown.name,
        shown.state,
        shown.last_used_on ?? 'never',
        shown.expires_at ?? 'never',
        limitLine(shown.limits),
      ]);
      print(
        options.json,
        answer,
        table([['id', 'name', 'state', 'last used', 'expires', 'limits'], ...rows]),
      );
    }),
  );
}

function registerRevoke(key: Command): void {
  withJson(key.command('revoke').description('revoke a key for good; it stops working within a second'))
    .argument('<id>', 'the key’s id, as `kept key list` shows it')
    .action(
      action(async (id: string, options: { json?: boolean }) => {
        const answer = await callAdmin<{ id: string }>('POST', `/keys/${encodeURIComponent(id)}/revoke`);
        print(options.json, answer, [`Revoked ${answer.id}.`]);
      }),
    );
}

const split = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
