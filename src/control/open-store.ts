/** Opens what is remembered outside the tables (record, ledgers) and makes one store of it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError } from '../record/errors.ts';
import type { Db } from '../store/database.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import { ChoiceLedger } from '../store/ledger/choice-ledger.ts';
import { ErasureLedger } from '../store/ledger/erasure-ledger.ts';
import { LedgerDamaged } from '../store/ledger/line-file.ts';
import { openDisk } from '../store/ledger/open-disk.ts';
import { LocalRecordKeeper } from '../store/ledger/record-keeper.ts';
import { originSuffix, readRestores } from '../store/ledger/restores.ts';
import type { Vault } from '../store/sealing/vault.ts';
import type { Store } from '../store/store.ts';
import { ConsentTexts, StandingConsents, TextsDamaged } from './consent/index.ts';
import { dataMap } from './data-map.ts';
import type { ControlSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';

/** Names in the ledger folder. */
export const ERASURES = 'erasures';
export const RECORD = 'record';
const FOLDER_MODE = 0o700;
/** What receipts and checkpoints are checked with, for whoever has the folder. */
const VERIFIER_KEY = 'verifier-key';

export interface OpenStore extends Store {
  readonly record: LocalRecordKeeper;
  readonly consents: StandingConsents;
}

export interface Opened {
  readonly store: OpenStore;
  readonly ledger: ErasureLedger;
  readonly texts: ConsentTexts;
}

interface StoreParts {
  readonly db: Db;
  readonly keys: KeyStore;
  readonly vault: Vault;
  /** Left out: the machine's clock, as in every control that runs. */
  readonly now?: () => number;
}

/** Throws `StartFailure` where the ledger folder or the consents' texts cannot be used or are damaged. */
export async function openStore(
  settings: Pick<ControlSettings, 'ledgerFolder' | 'siteUrl'>,
  { now = Date.now, ...parts }: StoreParts,
): Promise<Opened> {
  const { ledgerFolder } = settings;
  try {
    await mkdir(ledgerFolder, { recursive: true, mode: FOLDER_MODE });
    const disk = openDisk();
    const ledger = await ErasureLedger.open(join(ledgerFolder, ERASURES), disk);
    const choices = await ChoiceLedger.in(ledgerFolder, disk);
    const texts = await ConsentTexts.load();
    const consents = new StandingConsents({ db: parts.db, choices, texts, now });
    const folder = join(ledgerFolder, RECORD);
    const origin = originOf(settings.siteUrl) + originSuffix(await readRestores(ledgerFolder));
    const record = await LocalRecordKeeper.open({ ...parts, folder, origin, now, disk });
    await writeFile(join(ledgerFolder, VERIFIER_KEY), `${record.verifierKey}\n`);
    return { store: { ...parts, map: dataMap, record, choices, consents, now }, ledger, texts };
  } catch (error) {
    if (error instanceof TextsDamaged) throw new StartFailure('texts_damaged', error);
    if (!isUnusable(error)) throw error;
    throw new StartFailure('ledger_unusable', error);
  }
}

/**
 * A new record's name: the site's public address without its scheme (C2SP tlog-checkpoint, origin). A log that began
 * at a restore has the restore's number in it, so that nobody takes it for the old one.
 */
const originOf = (siteUrl: string): string => `${siteUrl.replace(/^https?:\/\//, '')}/record`;

function isUnusable(error: unknown): boolean {
  if (error instanceof LedgerDamaged || error instanceof RecordError) return true;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^E(ACCES|PERM|ROFS|NOTDIR|EXIST|ISDIR|NOSPC)$/.test(code) && 'syscall' in (error as object);
}
