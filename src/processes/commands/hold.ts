/** `kept hold`: legal holds. What a hold names is neither swept nor erased until it ends. */
import type { Command } from 'commander';
import { accountPath, callAdmin } from './admin-client.ts';
import { action, print, table, withAccount, withJson } from './print.ts';

interface Hold {
  readonly id: string;
  readonly accounts: readonly string[];
  readonly tables: readonly string[];
  readonly role: string;
  readonly placed_at: string;
  readonly ended_at: string | null;
}

interface PlaceOptions {
  account: string;
  table?: string[];
  class?: string[];
  reason: string;
  json?: boolean;
}

export function register(program: Command): void {
  const command = program.command('hold').description('keep data for a dispute or an order');
  const place = command
    .command('place')
    .description('keep data of a person, and of the accounts that nobody else owns, until the hold ends')
    .requiredOption('--reason <reason>', 'why; stored sealed')
    .option('--table <table...>', 'tables to keep; left out with --class: everything')
    .option(
      '--class <class...>',
      'data classes to keep, as in the data map; keeps the tables in which they stand',
    );
  withJson(withAccount(place)).action(action(placeHold));
  const end = command
    .command('end')
    .description('end a hold; what it kept from being erased or swept goes')
    .requiredOption('--hold <hold>', 'id of the hold');
  withJson(end).action(action(endHold));
  const list = command
    .command('list')
    .description('show the holds')
    .option('--all', 'also those that ended within a year');
  withJson(list).action(action(listHolds));
  const why = command
    .command('why')
    .description('show why a hold was placed; that you looked is recorded')
    .requiredOption('--hold <hold>', 'id of the hold')
    .requiredOption('--reason <reason>', 'why you look');
  withJson(why).action(action(showReason));
}

async function placeHold(options: PlaceOptions): Promise<void> {
  const { account, table: tables = [], class: classes = [], reason, json } = options;
  const placed = await callAdmin<Hold>('POST', accountPath(account, '/holds'), { tables, classes, reason });
  print(json, placed, [
    `Hold ${placed.id} keeps of ${account}: ${placed.tables.join(', ')}.`,
    'Until you end it, these are neither erased nor swept:',
    `  npx --no kept hold end --hold ${placed.id}`,
  ]);
}

async function endHold({ hold, json }: { hold: string; json?: boolean }): Promise<void> {
  const ended = await callAdmin<{ erased: number }>('POST', `${holdPath(hold)}/end`);
  const lines = ['The hold has ended. What it kept and has ended goes within the hour.'];
  if (ended.erased > 0) lines.push(`Erasures that waited for it and are done now: ${ended.erased}.`);
  print(json, ended, lines);
}

async function listHolds({ all, json }: { all?: boolean; json?: boolean }): Promise<void> {
  const answer = await callAdmin<{ holds: Hold[] }>('GET', all ? '/holds?all' : '/holds');
  const rows = answer.holds.map(({ id, accounts, placed_at, ended_at, tables }) => [
    id,
    accounts.join(' ') || '-',
    placed_at.slice(0, 10),
    ended_at?.slice(0, 10) ?? '-',
    tables.join(' '),
  ]);
  const head = ['hold', 'accounts', 'placed', 'ended', 'tables'];
  print(json, answer, rows.length === 0 ? ['No hold.'] : table([head, ...rows]));
}

async function showReason(options: { hold: string; reason: string; json?: boolean }): Promise<void> {
  const { hold, reason, json } = options;
  const answer = await callAdmin<{ reason: string }>('POST', `${holdPath(hold)}/reason`, { reason });
  print(json, answer, [answer.reason]);
}

const holdPath = (hold: string): string => `/holds/${encodeURIComponent(hold)}`;
