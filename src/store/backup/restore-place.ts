/** Where an instance is brought back to, what a restore lays beside it meanwhile, and how a restore is given up. */
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { isEmptyDatabase } from './catalogue.ts';
import { BackupError } from './errors.ts';
import type { LedgerPlace } from './places.ts';
import { emptyLedger } from './restore-ledger.ts';
import { restoreUnderWay, unmarkRestore } from './restore-mark.ts';

export interface RestorePlace {
  /** Nobody else works on it: the caller holds its lock. */
  readonly dataFolder: string;
  /** Of a role that may make tables; the database is empty. */
  readonly databaseUrl: string;
  readonly keysFolder: string;
  readonly ledger: LedgerPlace;
  readonly master: Buffer;
}

/** Leaves the place as empty as it was. Answers false where none is under way; throws `not_empty` where the rows are in already. */
export async function giveUpRestore(
  place: Pick<RestorePlace, 'dataFolder' | 'databaseUrl' | 'keysFolder' | 'ledger'>,
): Promise<boolean> {
  const mark = await restoreUnderWay(place.dataFolder);
  if (mark === null) return false;
  const client = new pg.Client({ connectionString: place.databaseUrl, application_name: 'kept restore' });
  client.on('error', () => {});
  try {
    await client.connect();
    if (!(await isEmptyDatabase(client)))
      throw new BackupError(
        'not_empty',
        'The database was filled already: run the restore again, it only has to end.',
      );
    await clear(place, mark.ledgerIsOurs);
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}

export const keysBeside = ({ keysFolder }: Pick<RestorePlace, 'keysFolder'>): string =>
  `${keysFolder}.restoring`;
export const ledgerBeside = ({ ledger }: Pick<RestorePlace, 'ledger'>): string =>
  `${ledger.folder}.restoring`;

/** The ledger first: a kill in between leaves the mark, and this can be done again. */
export async function clear(
  place: Pick<RestorePlace, 'dataFolder' | 'keysFolder' | 'ledger'>,
  ledgerIsOurs: boolean,
): Promise<void> {
  if (ledgerIsOurs) await emptyLedger(place);
  await dropBeside(place);
  await unmarkRestore(place.dataFolder);
}

export async function dropBeside(place: Pick<RestorePlace, 'keysFolder' | 'ledger'>): Promise<void> {
  for (const folder of [keysBeside(place), ledgerBeside(place)])
    await rm(folder, { recursive: true, force: true });
}
