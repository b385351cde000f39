/** A store over a database and a key store, with a record in memory that keeps acts and entries together. */
import type { Db } from '../../src/store/database.ts';
import type { KeyStore } from '../../src/store/keys/index.ts';
import { ChoiceLedger } from '../../src/store/ledger/choice-ledger.ts';
import type { Disk } from '../../src/store/ledger/disk.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { accountCorrection, correction, restriction } from '../../src/store/rights/schema.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import type { RecordEntry, RecordKeeper, Store } from '../../src/store/store.ts';
import { FIXTURE_TABLES } from '../store/fixture-map.ts';

export const NOW = Date.parse('2026-11-24T00:00:00Z');
export const TABLES = [...FIXTURE_TABLES, restriction, correction, accountCorrection];

function recordDouble(db: Db, entered: RecordEntry[]): RecordKeeper {
  return {
    async begin(work) {
      return { result: await this.act(work), place: async () => {} };
    },
    async act(work) {
      const mine: RecordEntry[] = [];
      const result = await db.transaction((tx) =>
        work(tx, async (entry) => {
          mine.push(entry);
          return `${entered.length + mine.length}`;
        }),
      );
      entered.push(...mine);
      return result;
    },
    receipt: async (entry) => `receipt of ${entry}\n`,
  };
}

/** A disk that takes everything and keeps nothing. */
const nowhere: Disk = {
  read: async () => null,
  readPart: async () => Buffer.alloc(0),
  write: async () => {},
  overwrite: async () => {},
  replace: async () => {},
  cut: async () => {},
  list: async () => [],
  close: async () => {},
};

/** `consented`: the ids of those who consent to everything. */
export const storeOf = async (
  db: Db,
  keys: KeyStore,
  entered: RecordEntry[],
  consented: ReadonlySet<string> = new Set(),
): Promise<Store> => ({
  db,
  map: TABLES.map((table) => entryOf(table)),
  keys,
  vault: new Vault(keys),
  record: recordDouble(db, entered),
  choices: await ChoiceLedger.in('nowhere', nowhere),
  consents: {
    among: async (_purpose, subjects) =>
      new Set(subjects.flatMap(({ id }) => (consented.has(id) ? [id] : []))),
  },
  now: () => NOW,
});
