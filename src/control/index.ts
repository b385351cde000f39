/**
 * Control: everything that is remembered. It never receives what a client wrote or a model answered; the link has no
 * words for it, but for what an owner asks to be kept, which is sealed (`capture`). This file starts and ends control, floor by
 * floor (`open-*.ts`); each domain says on top of its `index.ts` what it is for.
 */
import type { Log } from '../log/log.ts';
import type { ApiReference } from './api-reference.ts';
import { startFailure } from './failed-start.ts';
import { openDomains } from './open-domains.ts';
import { type Everything, openAdmin, openSite } from './open-front.ts';
import { openGateways } from './open-gateways.ts';
import { openGround } from './open-ground.ts';
import { openKeeping } from './open-keeping.ts';
import type { OpenPages } from './page-parts.ts';
import { type Egress, NO_EGRESS } from './processors/index.ts';
import type { ControlSettings } from './settings.ts';
import { StartFailure } from './start-failure.ts';
import type { OpenVerification } from './verification/index.ts';

/** What the process around control brings. */
export interface Outer {
  /** The guard of its connections. */
  readonly egress?: Egress;
  /** Looks at the running system, from the floor above; null: nobody does. */
  readonly openVerification?: OpenVerification | null;
}

export interface Running {
  stop(): Promise<void>;
}

/**
 * Starts control; resolves when it serves. Logs the code of a `StartFailure` and rejects with it. `openPages`: the site,
 * which stands on the floor above; without it the site's port answers programs only. `reference`: the API as it is documented.
 * `egress`: the guard of this process, where it has one.
 */
export async function startControl(
  settings: ControlSettings,
  log: Log,
  openPages?: OpenPages,
  reference: ApiReference | null = null,
  { egress = NO_EGRESS, openVerification = null }: Outer = {},
): Promise<Running> {
  try {
    return await start(settings, log, { reference, egress, openVerification }, openPages);
  } catch (error) {
    const failure = startFailure(error);
    if (failure instanceof StartFailure)
      log('error', 'fault', { code: failure.code, ...failure.fingerprints });
    throw failure;
  }
}

async function start(
  settings: ControlSettings,
  log: Log,
  { reference, egress, openVerification }: Required<Outer> & { readonly reference: ApiReference | null },
  openPages?: OpenPages,
): Promise<Running> {
  // What was opened is closed again when the start fails.
  await using opened = new AsyncDisposableStack();
  const opening = { settings, log, egress, opened };
  const ground = await openGround(opening);
  const gateways = await openGateways(opening, ground, {
    onCaptured: (captured) => domains.captures.take(captured),
    onRefused: (meter, windowEndsAt) => {
      keeping.limitNotices.refused(meter, windowEndsAt);
      if (meter.kind === 'balance') keeping.payments.wanted();
    },
    isHeldBack: (engine) => domains.newcomers.isHeldBack(engine),
  });
  const keeping = await openKeeping(opening, ground, gateways, {
    formerReaders: (now) => domains.promotion.formerReaders(now),
    isHeldBack: (which) => domains.newcomers.isHeldBack(which),
  });
  const domains = await openDomains(opening, { ground, gateways, keeping }, openVerification);
  const everything = { ground, gateways, keeping, domains };
  const { catalogue, link } = gateways;
  catalogue.start();
  opened.defer(() => catalogue.stop());
  await link.listen(settings.linkSocket, settings.linkOwner);
  const admin = await openAdmin(opening, everything);
  const site = await openSite(opening, everything, reference, openPages);
  await startRounds(everything);
  log('info', 'listening', { port: settings.sitePort });
  opened.move();
  return { stop: () => stopAll(everything, { admin, site }) };
}

/** What each does by itself, from now on. */
async function startRounds({ keeping, domains }: Everything): Promise<void> {
  const { housekeeping, scheduled, notices, payments, warnings, exportQueue } = keeping;
  const { promotion, dates, publishing, newcomers, captures, office } = domains;
  const { disclosures, breaches, verification } = domains;
  housekeeping.start();
  scheduled.start();
  notices.start();
  payments.start();
  warnings?.start();
  await promotion.start();
  dates.start();
  publishing.start();
  newcomers.start();
  captures.start();
  await exportQueue.start();
  await office.start();
  disclosures.start();
  breaches.start();
  verification?.start();
}

/** In the order in which nothing needs what has ended before it. */
async function stopAll(
  { ground, gateways, keeping, domains }: Everything,
  { admin, site }: Readonly<Record<'admin' | 'site', Awaited<ReturnType<typeof openAdmin>>>>,
): Promise<void> {
  const { databases, keys, store } = ground;
  const { writer, sessions, recorder, link, catalogue, rereader } = gateways;
  const { housekeeping, scheduled, notices, payments, warnings, exportQueue } = keeping;
  const { promotion, dates, publishing, newcomers, captures, office } = domains;
  const { disclosures, breaches, verification } = domains;
  rereader.stop();
  await Promise.all([office.stop(), disclosures.stop(), breaches.stop()]);
  await verification?.stop();
  await Promise.all([housekeeping.stop(), scheduled.stop(), exportQueue.stop()]);
  await Promise.all([site.close(), admin.close(), catalogue.stop()]);
  await Promise.all([promotion.stop(), dates.stop(), publishing.stop(), newcomers.stop()]);
  await Promise.all([notices.stop(), payments.stop(), warnings?.stop()]);
  await link.close();
  await captures.stop();
  await recorder.drained();
  sessions.stop();
  await writer.stop();
  await store.record.close();
  await Promise.all(Object.values(databases).map((each) => each.close()));
  await keys.close();
}
