/**
 * The ground that control stands on: databases, keys, record and ledgers, and the accounts and keys that gateways are told
 * of. Once it is open, what a kill or a restore left out of the rows is in them.
 */
import type { Log } from '../log/log.ts';
import { isOutage } from '../store/failures.ts';
import type { SubjectName } from '../store/map/rows.ts';
import { NewerSchema } from '../store/migrate.ts';
import { believedNow } from '../store/retention/clock.ts';
import { Vault } from '../store/sealing/vault.ts';
import { accountStates } from './accounts/index.ts';
import { cutTiesWithoutConsent } from './analytics/index.ts';
import { backUpBeforeMigrations, enterBackup, enterRestores } from './backup/index.ts';
import { replayChoices } from './consent/index.ts';
import { keyStates } from './keys/index.ts';
import { bringUp, sealEarlier } from './open-database.ts';
import { openDatabases } from './open-databases.ts';
import { openKeys } from './open-keys.ts';
import { openStore } from './open-store.ts';
import { type Egress, openProcessors } from './processors/index.ts';
import { recordStart, Witnesses } from './record/index.ts';
import { remember } from './remember.ts';
import type { ControlSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';

/** What every part of a start works with. */
export interface Opening {
  readonly settings: ControlSettings;
  readonly log: Log;
  /** The guard of this process. */
  readonly egress: Egress;
  /** What was opened is closed again with it. */
  readonly opened: AsyncDisposableStack;
}

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** Throws `StartFailure`. */
export async function openGround({ settings, log, egress, opened }: Opening) {
  const backedUp = await backUpBeforeMigrations(settings);
  if (backedUp !== null) log('info', 'backup_made');
  const urls = await bringUp(settings, log).catch((error: unknown) => {
    const isKnown = error instanceof StartFailure || error instanceof NewerSchema || isOutage(error);
    throw backedUp === null || isKnown ? error : new StartFailure('migration_failed', error);
  });
  const databases = await openDatabases(urls, opened);
  const { database, sweeping } = databases;
  const keys = await openKeys(settings, database.db);
  opened.defer(() => keys.close());
  const vault = new Vault(keys);
  await sealEarlier(settings, keys, vault, log);
  const { store, ledger, texts } = await openStore(settings, { db: database.db, keys, vault });
  opened.defer(() => store.record.close());
  const witnesses = new Witnesses(store.record, settings.witnesses, log);
  await witnesses.refuseOlder();
  await recordStart({ record: store.record, keys }, settings);
  const processors = await openProcessors({ settings, record: store.record, egress });
  if (backedUp !== null) await enterBackup(store, backedUp, 'system');
  const restores = await enterRestores(store, settings.ledgerFolder);
  if (restores > 0) log('info', 'restored', { count: restores });
  // Before anything is read: what a kill or a restore left out of the rows.
  const replayed = await replayChoices(store);
  if (replayed > 0) log('info', 'choices_replayed', { count: replayed });
  await cutTiesWithoutConsent(store);
  const isErased = (subject: SubjectName) => ledger.erased(subject);
  const readAll = async () => ({
    accounts: await accountStates({ db: database.db, keys, consents: store.consents, isErased }),
    keys: await keyStates(database.db, vault),
  });
  const { directory, pepper } = await remember(await readAll(), keys, settings.keysFolder);
  /** As the sweep sees rows. */
  const sweepStore = { ...store, db: sweeping.db, record: store.record.through(sweeping.db) };
  return {
    urls,
    databases,
    keys,
    vault,
    store,
    sweepStore,
    ledger,
    texts,
    witnesses,
    processors,
    isErased,
    readAll,
    directory,
    pepper,
    /** The time, or `ClockDoubted`: nothing is destroyed because of another. */
    believed: () => believedNow(sweepStore),
  };
}
