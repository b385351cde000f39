/** The store as control opens it: the product's map, keys, ledger, record and erasure, without its sockets. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { Directory } from '../../src/control/directory.ts';
import { bringUp, sealEarlier } from '../../src/control/open-database.ts';
import { type OpenStore, openStore } from '../../src/control/open-store.ts';
import { erasureSettings } from '../../src/control/rights/index.ts';
import { createLog } from '../../src/log/log.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';
import type { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import type { RoleName } from '../../src/store/walls/roles.ts';
import type { BenchServer } from './server.ts';

export interface BenchStore {
  readonly store: OpenStore;
  readonly ledger: ErasureLedger;
  readonly erasing: ErasureSettings;
  /** The owner of the tables, for what the product does not do: filling, analysing, measuring sizes. */
  readonly owner: pg.Client;
  /** Where the meter's writer connects. */
  readonly meterUrl: string;
  close(): Promise<void>;
}

/** `walled`: each part works in its role behind row security, as in the product; else all as the tables' owner. */
export async function openBenchStore(
  server: BenchServer,
  { walled }: { walled: boolean },
): Promise<BenchStore> {
  const keysFolder = path.join(server.folder, 'keys');
  const place = { databaseUrl: server.url, keysFolder };
  const log = createLog('control', 'error', () => {});
  const { system: url } = await bringUp(place, log);
  const keys = await openKeyStore(keysFolder, randomBytes(32));
  const vault = new Vault(keys);
  await sealEarlier(place, keys, vault, log);
  const owner = new pg.Client({ connectionString: server.url });
  owner.on('error', () => {});
  await owner.connect();
  if (!walled) await setWalls(owner, false);
  const open = (role: RoleName): Database => (walled ? openDatabase(url, role) : openDatabase(server.url));
  const [database, sweeping] = [open('kept_system'), open('kept_sweep')];
  const settings = { ledgerFolder: path.join(server.folder, 'ledger'), siteUrl: 'http://bench.test' };
  const { store, ledger } = await openStore(settings, { db: database.db, keys, vault });
  const sweepStore = { ...store, db: sweeping.db, record: store.record.through(sweeping.db) };
  return {
    store,
    ledger,
    erasing: erasureSettings({ directory: new Directory(), vault }, sweepStore, ledger),
    owner,
    meterUrl: walled ? url : server.url,
    async close() {
      await store.record.close();
      await Promise.all([database.close(), sweeping.close()]);
      await keys.close();
      await owner.end();
    },
  };
}

/** Whether row security holds for the tables' owner as well, as it does in the product. */
export async function setWalls(owner: pg.Client, forced: boolean): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity and relforcerowsecurity <> $1`,
    [forced],
  );
  for (const { name } of rows)
    await owner.query(`alter table ${name} ${forced ? '' : 'no '}force row level security`);
}
