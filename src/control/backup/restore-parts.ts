/** What a restore is told about our domains. */
import type { LedgerPlace } from '../../store/backup/places.ts';
import type { AlsoReplay, RestoreOptions } from '../../store/backup/restore.ts';
import { replayChoicesInto } from '../consent/index.ts';
import { dataMap } from '../data-map.ts';
import { ERASURES, RECORD } from '../open-store.ts';
import { erasingRows } from '../rights/index.ts';

/** What else is taken back again, in this order, in the transaction that fills the database. */
const ALSO: readonly AlsoReplay[] = [replayChoicesInto(dataMap)];

export const restoreParts: Pick<RestoreOptions, 'map' | 'erasing' | 'alsoReplay'> = {
  map: dataMap,
  erasing: erasingRows,
  alsoReplay: async (db, ledgers) => {
    for (const replay of ALSO) await replay(db, ledgers);
  },
};

/** The parts of a ledger folder. */
export const ledgerPlace = (folder: string): LedgerPlace => ({
  folder,
  erasures: ERASURES,
  record: RECORD,
});
