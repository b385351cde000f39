/** `kept map`: the data map, out of the tables' own declarations; needs no running instance. */
import type { Command } from 'commander';
import { dataMap } from '../../control/data-map.ts';
import { describeMap } from '../../store/map/describe.ts';
import { action, print, table, withJson } from './print.ts';

export function register(program: Command): void {
  withJson(
    program.command('map').description('every column, what it is and what happens to it: the data map'),
  ).action(
    action(async ({ json }: { json?: boolean }) => {
      const tables = describeMap(dataMap);
      print(json, { tables }, tables.flatMap(lines));
    }),
  );
}

function lines({ table: name, about, subject, retention, columns }: ReturnType<typeof describeMap>[number]) {
  const rows = columns.map((each) => [
    `  ${each.column}`,
    each.class,
    each.stored,
    each.retention,
    each.erase ?? '',
  ]);
  return [
    `${name}: ${about}`,
    `  about ${subject}; kept ${retention}`,
    ...table([['  column', 'class', 'stored', 'kept', 'erased by'], ...rows]),
    '',
  ];
}
