/** `kept person`: the rights of people whose data are held, for who answers them. */
import type { Command } from 'commander';
import { accountPath, callAdmin } from './admin-client.ts';
import { action, print, table, withAccount, withJson } from './print.ts';

type May = 'yes' | { readonly no: string };
interface Item {
  readonly item: string;
  readonly label: string;
  readonly value: unknown;
  readonly shown: string;
  readonly class: string;
  readonly purposes: readonly string[];
  readonly source: string;
  readonly until: string;
  readonly kept_by_law: { readonly title: string; readonly until: string } | null;
  readonly may: Readonly<Record<'correct' | 'delete' | 'export', May>>;
}
interface Held {
  readonly table: string;
  readonly about: string;
  readonly rows: number;
  readonly rows_or_more: boolean;
  readonly shown: number;
  readonly items: readonly Item[];
}
interface OfPerson {
  account: string;
  json?: boolean;
}

export function register(program: Command): void {
  const person = program.command('person').description('rights of a person: show, correct, restrict');
  const show = person
    .command('show')
    .description('show everything that is held about a person; that you looked is recorded')
    .requiredOption('--reason <reason>', 'why you look')
    .option('--rows <n>', 'rows of each table, 1 to 200', '20');
  withJson(withAccount(show)).action(action(showPerson));
  const correct = person
    .command('correct')
    .description('correct one value of theirs')
    .requiredOption('--item <item>', 'what `kept person show` calls it')
    .requiredOption('--value <value>', 'what is right');
  withJson(withAccount(correct)).action(action(correctPerson));
  const restrict = person
    .command('restrict')
    .description('keep their data, and use them for nothing but security, rights and law')
    .option('--end', 'use them again');
  withJson(withAccount(restrict)).action(action(restrictPerson));
}

async function showPerson(options: OfPerson & { reason: string; rows: string }): Promise<void> {
  const { account, reason, rows, json } = options;
  const body = { reason, rows: Number(rows) };
  const held = await callAdmin<{ tables: Held[] }>('POST', accountPath(account, '/access'), body);
  print(json, held, [
    ...held.tables.flatMap(lines),
    'More rows: --rows N. All of them: npx --no kept export. To correct one: npx --no kept person correct.',
  ]);
}

function lines({ table: name, about, rows, rows_or_more, shown, items }: Held): string[] {
  const count = `${rows}${rows_or_more ? ' or more' : ''}${shown < rows ? `, of which ${shown} are shown` : ''}`;
  const head = ['  item', 'what', 'value', 'class', 'used for', 'source', 'until', 'correct', 'delete'];
  const values = items.map((each) => [
    `  ${each.item}`,
    each.label,
    printable(each),
    each.class,
    each.purposes.join(' '),
    each.source,
    each.kept_by_law === null ? each.until : `${each.until}; by law ${each.kept_by_law.until.slice(0, 10)}`,
    mayText(each.may.correct),
    mayText(each.may.delete),
  ]);
  return [`${name} (${count}): ${about.replace(/\.$/, '')}.`, ...table([head, ...values]), ''];
}

const mayText = (may: May): string => (may === 'yes' ? 'yes' : `no: ${may.no}`);

/** What people wrote must not move the cursor of who reads it. */
const printable = ({ value, shown }: Item): string => {
  if (shown !== 'yes') return `(${shown})`;
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\p{C}/gu, '\u{fffd}');
};

async function correctPerson(options: OfPerson & { item: string; value: string }): Promise<void> {
  const { account, item, value, json } = options;
  const answer = await callAdmin('POST', accountPath(account, '/correct'), { item, value });
  print(json, answer, [`Corrected: ${item}.`]);
}

async function restrictPerson(options: OfPerson & { end?: boolean }): Promise<void> {
  const { account, end, json } = options;
  const body = { restricted: !end };
  const answer = await callAdmin<{ changed: boolean }>('POST', accountPath(account, '/restriction'), body);
  const before = answer.changed ? '' : ' That was so already.';
  print(json, answer, [
    end
      ? `Data of ${account} are used again as before.${before}`
      : `Data of ${account} are kept, and used for nothing but security, rights and law.${before}`,
  ]);
}
