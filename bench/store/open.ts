/** The store as control opens it: the product's map, keys, ledger, record and erasure, without its sockets. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { Directory } from '../../src/control/directory.ts';
import { type OpenStore, openStore } from '../../src/control/open-store.ts';
import { erasureSettings } from '../../src/control/rights/index.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import type { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { migrate } from '../../src/store/migrate.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import type { BenchServer } from './server.ts';

export interface BenchStore {
  readonly store: OpenStore;
  readonly ledger: ErasureLedger;
  readonly erasing: ErasureSettings;
  /** The owner of the tables, for what the product does not do: filling, analysing, measuring sizes. */
  readonly owner: pg.Client;
  close(): Promise<void>;
}

export async function openBenchStore(server: BenchServer): Promise<BenchStore> {
  await migrate(server.url);
  const owner = new pg.Client({ connectionString: server.url });
  owner.on('error', () => {});
  await owner.connect();
  const database = openDatabase(server.url);
  const keys = await openKeyStore(path.join(server.folder, 'keys'), randomBytes(32));
  const vault = new Vault(keys);
  const settings = { ledgerFolder: path.join(server.folder, 'ledger'), siteUrl: 'http://bench.test' };
  const { store, ledger } = await openStore(settings, { db: database.db, keys, vault });
  return {
    store,
    ledger,
    erasing: erasureSettings({ directory: new Directory(), vault }, store, ledger),
    owner,
    async close() {
      await store.record.close();
      await database.close();
      await keys.close();
      await owner.end();
    },
  };
}
