/** The slow pass of a running instance: one for each, whoever looks. */
import { dirname } from 'node:path';
import pg from 'pg';
import type { VerifyParts } from '../control/verification/index.ts';
import { isEmbedded } from './embedded.ts';
import { everythingIn } from './search/everything.ts';
import { SlowPass } from './search/slow-pass.ts';
import type { Rows } from './search/tables.ts';

const STATEMENT_MS_MAX = 5_000;

const passes = new WeakMap<VerifyParts['store'], SlowPass>();

export function slowPassOf({ store, settings }: Pick<VerifyParts, 'store' | 'settings'>): SlowPass {
  const known = passes.get(store);
  if (known !== undefined) return known;
  const { folders, except } = foldersOf(settings);
  const rows = isEmbedded(settings) ? null : rowsOf(settings.databaseUrl);
  const made = new SlowPass(() => everythingIn({ folders, except, rows }));
  passes.set(store, made);
  return made;
}

/** Everything that is stored in files, but models. */
export function foldersOf({ exportsFolder, keysFolder, ledgerFolder }: VerifyParts['settings']) {
  const data = dirname(exportsFolder);
  const folders = [...new Set([data, keysFolder, ledgerFolder])].filter(
    (folder, _, all) => !all.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
  return { data, folders, except: [`${data}/models`] };
}

/** As the tables' owner, reading only, each statement on a connection of its own: there is one now and then. */
const rowsOf =
  (connectionString: string): Rows =>
  async (statement, values = []) => {
    const client = new pg.Client({
      connectionString,
      options: `-c default_transaction_read_only=on -c statement_timeout=${STATEMENT_MS_MAX}`,
      application_name: 'kept verify',
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(statement, [...values])).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
