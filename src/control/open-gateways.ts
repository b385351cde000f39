/**
 * What gateways and control have to do with each other: money and limits in memory, the one writer, the link, the catalogue.
 * And, made of it, what all domains work with.
 */
import type { Wall } from '../link/words.ts';
import { Writer } from '../store/writer.ts';
import type { LinkParts } from './gateway-session.ts';
import { KeyUse } from './keys/index.ts';
import { MINUTE_MS, SessionStore, Sessions } from './limits/index.ts';
import { Link } from './link.ts';
import { Catalogue } from './models/index.ts';
import { Money } from './money.ts';
import type { Ground, Opening } from './open-ground.ts';
import { recordUnconfined } from './record/index.ts';
import { Rereader } from './rereader.ts';
import type { Services } from './services.ts';
import { Recorder } from './usage/index.ts';

/** What domains do about what gateways tell; none is called before the link listens. */
export interface GatewayHooks extends Pick<LinkParts, 'onCaptured' | 'onRefused'> {
  /** Whether an engine is announced, and gets nothing yet. */
  readonly isHeldBack: (engine: number) => boolean;
}

export type Gateways = Awaited<ReturnType<typeof openGateways>>;

export async function openGateways({ settings, log, opened }: Opening, ground: Ground, hooks: GatewayHooks) {
  const { urls, databases, keys, vault, store, isErased, readAll, directory, pepper, believed } = ground;
  const { database } = databases;
  const money = new Money(directory);
  const writer = new Writer(urls.system, 'kept_meter', {
    onConnect: (client) => money.readAnew(client),
    onLost: () => log('error', 'database_lost'),
    onBack: () => log('info', 'database_back'),
  });
  opened.defer(() => writer.stop());
  money.use(writer);
  const sessionStore = new SessionStore(writer);
  const sessions = new Sessions(money.leases, sessionStore, await sessionStore.latest(MINUTE_MS), log);
  const recorder = new Recorder(writer, log, {
    onFull: (full) => link.pause(full),
    onRefunds: (refunds) => money.refund(refunds),
  });
  const keyUse = new KeyUse(writer);
  const onKeysUsed = (keys: readonly string[]) => keyUse.used(keys);
  const onUnconfined = (session: string, missing: readonly Wall[]) =>
    recordUnconfined(store.record, session, missing);
  const { billing } = settings;
  const link = new Link({
    pepper,
    billing,
    directory,
    money,
    sessions,
    recorder,
    isErased: (id) => isErased({ kind: 'account', id }),
    onUnconfined,
    onKeysUsed,
    onCaptured: hooks.onCaptured,
    onRefused: hooks.onRefused,
    log,
  });
  const catalogue = new Catalogue(
    {
      db: database.db,
      record: store.record,
      believed,
      isHeldBack: hooks.isHeldBack,
    },
    settings,
    log,
    (models) => link.catalogue(models),
  );
  const services: Services = {
    db: database.db,
    keys,
    vault,
    record: store.record,
    consents: store.consents,
    isErased,
    creating: new Set(),
    writer,
    directory,
    money,
    pepper,
    billing,
    log,
  };
  const rereader = new Rereader(directory, readAll);
  return { money, writer, sessions, recorder, link, catalogue, services, rereader };
}
