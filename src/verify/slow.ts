/** The slow pass of a running instance: one for each, whoever looks. */
import { dirname } from 'node:path';
import type { VerifyParts } from '../control/verification/index.ts';
import { isEmbedded } from './embedded.ts';
import { everythingIn } from './search/everything.ts';
import { connectReading, type Reader, readerThrough } from './search/reader.ts';
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

const readerOfAll = (connectionString: string): Reader =>
  readerThrough(() => connectReading(connectionString, STATEMENT_MS_MAX), IDLE_MS_MAX);
