/**
 * Control: everything that is remembered. It never receives what a client wrote or a model answered; the link has no
 * words for it. This file wires the domains; each domain says on top of its `index.ts` what it is for.
 */
import { chmod } from 'node:fs/promises';
import type { Log } from '../log/log.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { Writer } from '../store/writer.ts';
import { accountStates } from './accounts/index.ts';
import { adminApp } from './admin.ts';
import { Directory } from './directory.ts';
import { serve } from './http.ts';
import { KeyUse, keyStates, readPepper } from './keys/index.ts';
import { MINUTE_MS, SessionStore, Sessions } from './limits/index.ts';
import { Link } from './link.ts';
import { Catalogue } from './models/index.ts';
import { Money } from './money.ts';
import type { Services } from './services.ts';
import type { ControlSettings } from './settings.ts';
import { siteApp } from './site.ts';
import { Recorder } from './usage/index.ts';

const SOCKET_MODE = 0o600;

/** Starts control; resolves when it serves. Rejects with a sentence for the operator when it cannot. */
export async function startControl(settings: ControlSettings, log: Log): Promise<{ stop(): Promise<void> }> {
  const applied = await migrate(settings.databaseUrl);
  if (applied > 0) log('info', 'migrated', { count: applied });
  const database = openDatabase(settings.databaseUrl);
  const { directory, pepper } = await remember(database, settings.keysFolder);

  const money = new Money(directory);
  const writer = new Writer(settings.databaseUrl, {
    onConnect: (client) => money.readAnew(client),
    onLost: () => log('error', 'database_lost'),
    onBack: () => log('info', 'database_back'),
  });
  money.use(writer);
  const sessionStore = new SessionStore(writer);
  const sessions = new Sessions(money.leases, sessionStore, await sessionStore.latest(MINUTE_MS), log);
  const recorder = new Recorder(writer, log, {
    onFull: (full) => link.pause(full),
    onRefunds: (refunds) => money.refund(refunds),
  });
  const keyUse = new KeyUse(writer);
  const link = new Link({
    pepper,
    directory,
    money,
    sessions,
    recorder,
    onKeysUsed: (keys) => keyUse.used(keys),
    log,
  });
  const catalogue = new Catalogue(database.db, settings, log, (models) => link.catalogue(models));
  const services: Services = { db: database.db, writer, directory, money, pepper, log };

  await link.listen(settings.linkSocket, settings.linkOwner);
  const facts = { reachable: database.reachable, link, sessions, recorder, catalogue };
  const admin = await serve(adminApp(services, facts), { path: settings.adminSocket });
  await chmod(settings.adminSocket, SOCKET_MODE);
  const ready = async () => ({ database: await database.reachable(), link: link.listening });
  const site = await serve(siteApp({ apiUrl: settings.apiUrl, ready, log }), {
    host: settings.host,
    port: settings.sitePort,
  });
  catalogue.start();
  log('info', 'listening', { port: settings.sitePort });

  return {
    async stop() {
      await Promise.all([site.close(), admin.close(), catalogue.stop()]);
      await link.close();
      await recorder.drained();
      sessions.stop();
      await writer.stop();
      await database.close();
    },
  };
}

/** Reads what gateways will be told. */
async function remember(
  { db }: Database,
  keysFolder: string,
): Promise<{ directory: Directory; pepper: string }> {
  const keys = await keyStates(db);
  const pepper = await readPepper(keysFolder, async () => keys.length === 0);
  const directory = new Directory();
  for (const state of await accountStates(db)) directory.putAccount(state);
  for (const state of keys) directory.putKey(state);
  return { directory, pepper };
}
