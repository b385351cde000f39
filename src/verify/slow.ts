/** The slow pass of a running instance: one for each, whoever looks. */
import { dirname } from 'node:path';
import pg from 'pg';
import type { VerifyParts } from '../control/verification/index.ts';
import { isEmbedded } from './embedded.ts';
import { everythingIn } from './search/everything.ts';
import { type Reader, readerThrough } from './search/reader.ts';
import { SlowPass } from './search/slow-pass.ts';

/** A piece of a table may hold long values. */
const STATEMENT_MS_MAX = 60_000;
/** Between two rounds nothing stays open. */
const IDLE_MS_MAX = 1_000;

const passes = new WeakMap<VerifyParts['store'], SlowPass>();

export function slowPassOf({ store, settings }: Pick<VerifyParts, 'store' | 'settings'>): SlowPass {
  const known = passes.get(store);
  if (known !== undefined) return known;
  const { folders, except } = foldersOf(settings);
  const reader = isEmbedded(settings) ? null : readerOfAll(settings.databaseUrl);
  const made = new SlowPass(() => everythingIn({ folders, except, reader }));
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

/** As the tables' owner, reading only. */
const readerOfAll = (connectionString: string): Reader =>
  readerThrough(async () => {
    const client = new pg.Client({
      connectionString,
      options: `-c default_transaction_read_only=on -c statement_timeout=${STATEMENT_MS_MAX}`,
      application_name: 'kept verify',
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  }, IDLE_MS_MAX);
