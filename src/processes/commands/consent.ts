/** `kept consent`: what people and accounts consented to; given and taken back on behalf of the person who asked. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CONSENT_PURPOSE_NAMES } from '../../control/consent/purposes.ts';
import { minuteOf } from '../../control/minute.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { accountPath, CommandError, callAdmin } from './admin-client.ts';
import { action, print, table, withAccount, withJson } from './print.ts';

interface ConsentState {
  readonly purpose: string;
  readonly account: string | null;
  readonly state: string;
  readonly version: number | null;
  readonly answered_at: string | null;
  readonly way: string | null;
  readonly expires_at: string | null;
  readonly withdrawn_at: string | null;
}

interface Answered {
  readonly changed: boolean;
  readonly receipt: {
    readonly record_receipt: string | null;
    readonly events: readonly { readonly event_state: string; readonly validity_duration?: string }[];
  };
}

interface AnswerOptions {
  account: string;
  purpose: string;
  reason: string;
  hours?: string;
  receipt?: string;
  json?: boolean;
}

const PURPOSES_LINE = `one of ${CONSENT_PURPOSE_NAMES.join(', ')}`;

export function register(program: Command): void {
  const command = program.command('consent').description('see, give and take back consents');
  const list = command
    .command('list')
    .description('where each consent of a person and their accounts stands');
  withJson(withAccount(list)).action(action(listConsents));
  const give = withAnswer(command.command('give').description('enter a consent that the person gave'))
    .option('--hours <hours>', 'for debug_capture: how long it lasts; left out: 24')
    .action(action((options: AnswerOptions) => answer(options, '')));
  withJson(withAccount(give));
  const withdraw = withAnswer(
    command.command('withdraw').description('take a consent back, or enter that the person refuses'),
  ).action(action((options: AnswerOptions) => answer(options, '/withdraw')));
  withJson(withAccount(withdraw));
  const text = command
    .command('text')
    .description('print the text that is consented to; needs no running instance')
    .requiredOption('--purpose <purpose>', PURPOSES_LINE)
    .option('--version <version>', 'an earlier one; left out: the one that is shown now');
  withJson(text).action(action(printText));
}

const withAnswer = (command: Command): Command =>
  command
    .requiredOption('--purpose <purpose>', PURPOSES_LINE)
    .requiredOption('--reason <reason>', 'how the person asked for it; stored sealed, in the record')
    .option(
      '--receipt <file>',
      'where to write the receipt (JSON), and beside it the record’s: FILE.tlog-proof',
    );

async function listConsents({ account, json }: { account: string; json?: boolean }): Promise<void> {
  const answered = await callAdmin<{ consents: ConsentState[] }>('GET', accountPath(account, '/consents'));
  const rows = answered.consents.map((each) => [
    each.purpose,
    each.account ?? 'the person',
    each.state,
    each.version === null ? '-' : String(each.version),
    (each.withdrawn_at ?? each.answered_at)?.slice(0, 10) ?? '-',
    each.way ?? '-',
    each.expires_at === null ? '-' : minuteOf(each.expires_at),
  ]);
  print(json, answered, table([['purpose', 'of', 'state', 'text', 'since', 'way', 'ends'], ...rows]));
}

async function answer(options: AnswerOptions, rest: '' | '/withdraw'): Promise<void> {
  const { account, purpose, reason, receipt: file, json } = options;
  const hours = options.hours === undefined ? {} : { hours: numberOf(options.hours) };
  const path = accountPath(account, `/consents${rest}`);
  const answered = await callAdmin<Answered>('POST', path, { purpose, reason, ...hours });
  if (file !== undefined) writeReceipt(file, answered.receipt);
  const state = answered.receipt.events.at(-1);
  const until = state?.validity_duration === undefined ? '' : `, until ${state.validity_duration}`;
  const lines = [
    answered.changed
      ? `${purpose}: ${state?.event_state}${until}.`
      : `${purpose}: ${state?.event_state}, as before.`,
    ...(file === undefined
      ? []
      : [`The receipt is in ${file}: npx --no kept receipt verify ${file}.tlog-proof`]),
  ];
  print(json, answered, lines);
}

function writeReceipt(file: string, receipt: Answered['receipt']): void {
  try {
    writeFileSync(file, `${JSON.stringify(receipt, null, 2)}\n`);
    if (receipt.record_receipt !== null) writeFileSync(`${file}.tlog-proof`, receipt.record_receipt);
  } catch {
    throw new CommandError(
      `It is done, but the receipt could not be written to ${file}. The same command again writes it.`,
    );
  }
}

function numberOf(text: string): number {
  const hours = Number(text);
  if (!Number.isFinite(hours) || hours <= 0)
    throw new CommandError(`--hours must be a number of hours, not “${text}”.`);
  return hours;
}

async function printText(options: { purpose: string; version?: string; json?: boolean }): Promise<void> {
  const { purpose, version, json } = options;
  if (!(CONSENT_PURPOSE_NAMES as readonly string[]).includes(purpose))
    throw new CommandError(`--purpose must be ${PURPOSES_LINE}.`);
  // Not with every command: it brings its checks with it.
  const { ConsentTexts } = await import('../../control/consent/index.ts');
  const texts = await ConsentTexts.load().catch((error: Error) => {
    throw new CommandError(`${error.message}.`);
  });
  const word = purpose as ConsentPurpose;
  const found = version === undefined ? texts.current(word) : texts.version(word, Number(version));
  if (found === null) throw new CommandError(`There is no version ${version} of the text for ${purpose}.`);
  print(json, found, [found.text.trimEnd()]);
}
