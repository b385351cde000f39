/** `kept erase`: erases a person and the accounts that end with them, at once or after the grace. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { accountPath, CommandError, callAdmin } from './admin-client.ts';
import { action, print, withAccount, withJson } from './print.ts';

interface Options {
  account: string;
  now?: boolean;
  cancel?: boolean;
  receipt?: string;
  forgetAddress?: boolean;
  json?: boolean;
}

interface Asked {
  readonly state: 'scheduled' | 'done' | 'held' | 'cancelled';
  readonly due_at: string | null;
  readonly receipt: string | null;
  readonly stays: { readonly days: number } | null;
}

export function register(program: Command): void {
  const command = program
    .command('erase')
    .description('erase a person, and the accounts that nobody else owns, 30 days from now')
    .option('--now', 'at once; cannot be taken back')
    .option('--cancel', 'take a scheduled erasure back')
    .option(
      '--forget-address',
      'keep nothing of the address; left out: one keyed hash of it stays, to refuse that others add the person again',
    )
    .option('--receipt <file>', 'with --now: where to write the receipt; left out: it is printed');
  withJson(withAccount(command)).action(action(erase));
}

async function erase(options: Options): Promise<void> {
  const { account, now, cancel, forgetAddress, receipt: file } = options;
  if (now && cancel) throw new CommandError('--now and --cancel exclude each other.');
  const when = cancel ? 'never' : now ? 'now' : 'after grace';
  const body = { when, forget_address: forgetAddress ?? false };
  const answer = await callAdmin<Asked>('POST', accountPath(account, '/erase'), body);
  if (file !== undefined && answer.receipt !== null) writeReceipt(file, answer.receipt);
  print(options.json, answer, [...sentences(answer, account, file), ...stayLines(answer)]);
}

function writeReceipt(file: string, receipt: string): void {
  try {
    writeFileSync(file, receipt);
  } catch {
    process.stdout.write(receipt);
    throw new CommandError(
      `It is done, but the receipt could not be written to ${file}: it is printed above.`,
    );
  }
}

function sentences({ state, due_at, receipt }: Asked, account: string, file: string | undefined): string[] {
  if (state === 'cancelled') return [`The erasure of ${account} is taken back; nothing was changed.`];
  if (state === 'held')
    return ['Erased but for what a legal hold keeps; the rest follows when the hold ends.'];
  if (state === 'scheduled') {
    return [
      `${account} is erased on ${due_at?.slice(0, 10)}. Until then:`,
      `  npx --no kept erase --account ${account} --cancel`,
    ];
  }
  if (file !== undefined) return [`Erased. The receipt is in ${file}: npx --no kept receipt verify ${file}`];
  return ['Erased. This is the receipt; keep it:', '', receipt ?? ''];
}

/** The person is to be told, and may decline. */
const stayLines = ({ state, stays }: Asked): string[] => {
  if (stays === null) return state === 'cancelled' ? [] : ['Nothing of the address stays.'];
  return [
    `One keyed hash of the address stays for ${stays.days} days, to refuse that others add the person again; it goes when`,
    'they come back themselves. Tell them; if they decline, --forget-address leaves nothing.',
  ];
};
