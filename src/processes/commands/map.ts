/** `kept map`: the data map, out of the tables' own declarations; needs no running instance. */
import type { Command } from 'commander';
import { type Config, ConfigError, readConfig } from '../../config/index.ts';
import type { DescribedTable } from '../../store/map/describe.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { CommandError } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Options {
  art30?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('map')
    .description('every column, what it is and what happens to it: the data map')
    .option('--art30', 'the record of processing activities that follows from it (GDPR Art. 30(1))');
  withJson(command).action(
    action(async ({ art30, json }: Options) => {
      // Loaded by this command only: every table comes with it.
      const { dataMap } = await import('../../control/data-map.ts');
      if (art30) return printProcessing(dataMap, json);
      const { describeMap } = await import('../../store/map/describe.ts');
      const tables = describeMap(dataMap);
      print(json, { tables }, tables.flatMap(lines));
    }),
  );
}

async function printProcessing(dataMap: readonly MapEntry[], json: boolean | undefined): Promise<void> {
  const { processingLines, processingRecord } = await import('../../store/map/processing.ts');
  const { recipientsOf } = await import('./recipients.ts');
  const config = configuration();
  const { controller } = config;
  const record = processingRecord(dataMap, { controller, recipients: await recipientsOf(config) });
  print(json, record, [
    '# Record of processing activities (GDPR Art. 30(1))',
    '',
    ...processingLines(record),
  ]);
}

function configuration(): Config {
  try {
    return readConfig(process.env, process.cwd());
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message);
    throw error;
  }
}

function lines({ table: name, about, subject, retention, columns }: DescribedTable) {
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
