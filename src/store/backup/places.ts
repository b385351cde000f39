/** Where the parts of an instance lie that a backup takes and a restore fills. */
import { join } from 'node:path';
import { realDisk } from '../ledger/disk.ts';
import { DiskTiles } from '../ledger/disk-tiles.ts';
import { ErasureLedger } from '../ledger/erasure-ledger.ts';

export interface LedgerPlace {
  /** `KEPT_LEDGER`. */
  readonly folder: string;
  /** Names below it. */
  readonly erasures: string;
  readonly record: string;
}

/** The record's tiles below a ledger folder. */
export const tilesIn = (folder: string, place: LedgerPlace): DiskTiles =>
  new DiskTiles(join(folder, place.record), realDisk);

export const erasuresIn = (folder: string, place: LedgerPlace): Promise<ErasureLedger> =>
  ErasureLedger.open(join(folder, place.erasures), realDisk);
