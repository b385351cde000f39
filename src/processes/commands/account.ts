/** `kept account`: makes accounts, shows them, and sets what they may do. */
import type { Command } from 'commander';
import { formatAmount } from '../../control/amount.ts';
import { minuteOf } from '../../control/minute.ts';
import { registerStaff, STAFF_ROLES_LISTED } from './account-staff.ts';
import { registerSuspension } from './account-suspension.ts';
import { accountPath, CommandError, callAdmin } from './admin-client.ts';
import { type LimitOptions, limitBody, limitLine, type ShownLimits, withLimits } from './limit-options.ts';
import { action, print, withAccount, withJson } from './print.ts';

interface ShownAccount {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  /** There where use has a price. */
  readonly balance_microusd?: number;
  /** There where use has a price and is not paid from credit. */
  readonly used_this_month_microusd?: number;
  /** There where use has no price. */
  readonly used_this_month_tokens?: number;
  readonly limits: ShownLimits;
  readonly terms: {
    readonly zero_retention: boolean;
    readonly allow_training: boolean;
    readonly region: string | null;
    readonly objections: readonly string[];
    readonly allow_shared_cache: boolean;
  };
}

interface Json {
  json?: boolean;
}
interface OfAccount extends Json {
  account: string;
}

export function register(program: Command): void {
  const account = program.command('account').description('make accounts, and set what they may do');
  registerCreate(account);
  registerLink(account);
  registerShow(account);
  registerLimits(account);
  registerTerms(account);
  registerSuspension(account);
  registerStaff(account);
}

interface CreateOptions extends Json {
  email: string;
  name: string;
  staff?: string;
  until?: string;
  askedByPerson?: boolean;
}

function registerCreate(account: Command): void {
  withJson(account.command('create').description('make a person and their account'))
    .requiredOption('--email <address>', 'the person’s e-mail address')
    .requiredOption('--name <name>', 'the person’s name')
    .option('--asked-by-person', 'they asked for it themselves, also if they were erased before')
    .option('--staff <role>', `also a member of staff: ${STAFF_ROLES_LISTED}`)
    .option('--until <date>', 'that role ends then; an auditor’s within 90 days')
    .action(
      action(async (options: CreateOptions) => {
        const { email, name, staff, until, askedByPerson = false } = options;
        const body = {
          email,
          name,
          asked_by_person: askedByPerson,
          ...(staff !== undefined && { staff }),
          ...(until !== undefined && { until }),
        };
        const made = await callAdmin<{ id: string; email: string }>('POST', '/accounts', body);
        const link = options.json ? null : await setupLink(made.email);
        print(options.json, made, [
          `Account ${made.id} for ${made.email}.`,
          ...(link === null ? [] : linkLines(link)),
          ...(link === null ? [] : await nextLines(made.email)),
        ]);
      }),
    );
}

/** Credit first, where it is needed. */
async function nextLines(email: string): Promise<string[]> {
  const shown = await callAdmin<ShownAccount>('GET', accountPath(email));
  const steps = [
    ...(isPaidFromCredit(shown) ? [`credit add --account ${email} --amount 10.00 --reason start`] : []),
    `key create --account ${email} --name first`,
  ];
  return steps.map((step, at) => `${at === 0 ? 'Next:' : '     '} npx --no kept ${step}`);
}

interface SetupLink {
  readonly url: string;
  readonly expires_at: string;
}

const setupLink = (account: string): Promise<SetupLink> =>
  callAdmin<SetupLink>('POST', accountPath(account, '/setup-link'));

const linkLines = ({ url, expires_at }: SetupLink): string[] => [
  `To set a password or make a passkey, once, until ${minuteOf(expires_at)} UTC:`,
  `      ${url}`,
];

function registerLink(account: Command): void {
  const command = account
    .command('link')
    .description('make a new one-time link for the person to set a password; the earlier one ends');
  withJson(withAccount(command)).action(
    action(async (options: OfAccount) => {
      const link = await setupLink(options.account);
      print(options.json, link, linkLines(link));
    }),
  );
}

function registerShow(account: Command): void {
  withJson(
    withAccount(account.command('show').description('show an account, how it stands, and its limits')),
  ).action(
    action(async (options: OfAccount) => {
      show(options, await callAdmin<ShownAccount>('GET', accountPath(options.account)));
    }),
  );
}

function registerLimits(account: Command): void {
  const command = account.command('limits').description('set limits of an account; what is not named stays');
  withJson(withLimits(withAccount(command))).action(
    action(async (options: OfAccount & LimitOptions) => {
      const body = { limits: limitBody(options) };
      show(options, await callAdmin<ShownAccount>('PATCH', accountPath(options.account), body));
    }),
  );
}

interface TermOptions extends OfAccount {
  zeroRetention?: string;
  allowSharedCache?: string;
  region?: string;
  objections?: string;
}

function registerTerms(account: Command): void {
  const command = account
    .command('terms')
    .description('set which engines an account’s requests may go to; what is not named stays')
    .option('--zero-retention <yes|no>', 'only engines that keep nothing')
    .option('--allow-shared-cache <yes|no>', 'also engines whose prefix cache is shared between accounts')
    .option('--region <name>', 'only engines in this region, or any')
    .option(
      '--objections <list>',
      'where nothing of the account goes, such as “engine rented,region us”; or none',
    );
  withJson(withAccount(command)).action(
    action(async (options: TermOptions) => {
      const { zeroRetention, allowSharedCache, region, objections } = options;
      const terms = {
        ...(zeroRetention !== undefined && { zero_retention: yes('--zero-retention', zeroRetention) }),
        ...(allowSharedCache !== undefined && {
          allow_shared_cache: yes('--allow-shared-cache', allowSharedCache),
        }),
        ...(region !== undefined && { region: region === 'any' ? null : region }),
        ...(objections !== undefined && {
          objections: objections === 'none' ? [] : objections.split(',').map((each) => each.trim()),
        }),
      };
      show(options, await callAdmin<ShownAccount>('PATCH', accountPath(options.account), { terms }));
    }),
  );
}

function yes(option: string, text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new CommandError(`${option} must be yes or no, not “${text}”.`);
  return text === 'yes';
}

const isPaidFromCredit = ({ used_this_month_microusd, used_this_month_tokens }: ShownAccount): boolean =>
  used_this_month_microusd === undefined && used_this_month_tokens === undefined;

function standingLine(account: ShownAccount): string {
  const { balance_microusd = 0, used_this_month_microusd = 0, used_this_month_tokens } = account;
  if (isPaidFromCredit(account)) return `Balance  ${formatAmount(balance_microusd)} USD`;
  return used_this_month_tokens === undefined
    ? `Used     ${formatAmount(used_this_month_microusd)} USD this month`
    : `Used     ${used_this_month_tokens} tokens this month`;
}

function show(options: OfAccount, account: ShownAccount): void {
  const { terms } = account;
  print(options.json, account, [
    `${account.id}  ${account.name}${account.active ? '' : '  (not active)'}`,
    standingLine(account),
    `Limits   ${limitLine(account.limits)}`,
    `Engines  ${[
      terms.zero_retention ? 'keep nothing' : 'any retention',
      terms.allow_training ? 'may train' : 'never train',
      terms.region === null ? 'any region' : `region ${terms.region}`,
      ...terms.objections.map((each) => `not ${each}`),
      terms.allow_shared_cache ? 'shared prefix cache allowed' : 'no shared prefix cache',
    ].join(', ')}`,
  ]);
}
