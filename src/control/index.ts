/**
 * Control: everything that is remembered. It never receives what a client wrote or a model answered; the link has no
 * words for it. This file wires the domains; each domain says on top of its `index.ts` what it is for.
 */
import { chmod } from 'node:fs/promises';
import type { Wall } from '../link/words.ts';
import { faultFields, type Log } from '../log/log.ts';
import { DamageSurvey } from '../store/damage.ts';
import { replayLedger, resumeErasures } from '../store/erasure/resume.ts';
import { isOutage } from '../store/failures.ts';
import type { SubjectName } from '../store/map/rows.ts';
import type { ConsentPurpose } from '../store/map/words.ts';
import { NewerSchema } from '../store/migrate.ts';
import { believedNow } from '../store/retention/clock.ts';
import { Vault } from '../store/sealing/vault.ts';
import type { Tx } from '../store/store.ts';
import { checkCatalogue } from '../store/walls/check-catalogue.ts';
import { Writer } from '../store/writer.ts';
import { accountStates } from './accounts/index.ts';
import { adminApp } from './admin.ts';
import { cutTie, cutTiesWithoutConsent, measureRoutes } from './analytics/index.ts';
import type { ApiReference } from './api-reference.ts';
import {
  type Backups,
  backUpBeforeMigrations,
  enterBackup,
  enterRestores,
  ledgerPlace,
  ScheduledBackups,
} from './backup/index.ts';
import { BalanceWarnings, giveWelcomes } from './billing/index.ts';
import { openBreaches } from './breach/index.ts';
import { captureWithConsent, openCaptures } from './capture/index.ts';
import { choicesForPages } from './consent/for-pages.ts';
import { replayChoices } from './consent/index.ts';
import { forConsole } from './console.ts';
import { consoleRoutes } from './console-routes.ts';
import { dataMap } from './data-map.ts';
import { openDates } from './dates/index.ts';
import { forDesk } from './desk/index.ts';
import { DEFAULT_DISCLOSURES, openDisclosures } from './disclosure/index.ts';
import { ExportQueue, forExportPages, forgetArchives, forRequests } from './exports/index.ts';
import { startFailure } from './failed-start.ts';
import { serve } from './http.ts';
import { KeyUse, keyStates } from './keys/index.ts';
import { readLaw } from './law/index.ts';
import { LimitNotices } from './limit-notices.ts';
import { MINUTE_MS, SessionStore, Sessions } from './limits/index.ts';
import { Link } from './link.ts';
import { MailTags, returnsTo } from './mail-tags.ts';
import { Catalogue } from './models/index.ts';
import { Money } from './money.ts';
import { Notices, readCatalogues } from './notices/index.ts';
import { bringUp, sealEarlier } from './open-database.ts';
import { openDatabases } from './open-databases.ts';
import { openKeys } from './open-keys.ts';
import { openStore } from './open-store.ts';
import { outsideErasures, outsideForExport } from './outside/index.ts';
import { healthOf, type OpenPages, pageParts } from './page-parts.ts';
import { openPayments, stripeFor } from './payments/index.ts';
import { readClauses } from './policy/index.ts';
import { openPrivacyOffice } from './privacy-office.ts';
import { openProbes } from './probes/index.ts';
import {
  type Egress,
  Newcomers,
  NO_EGRESS,
  newcomersOf,
  openProcessors,
  recipientRoutes,
} from './processors/index.ts';
import { openPromotion } from './promotion/index.ts';
import { factsOf, openPublishing, POLICY_NOTICE_DAYS_MIN, Publications } from './publishing/index.ts';
import { recordStart, recordUnconfined, Witnesses } from './record/index.ts';
import { remember } from './remember.ts';
import { Rereader } from './rereader.ts';
import { type Erasing, erasureSettings, forRightsPages, Housekeeping } from './rights/index.ts';
import type { Services } from './services.ts';
import type { ControlSettings } from './settings.ts';
import { forPages, openSignIn, signInRoutes, trustedBy } from './sign-in/index.ts';
import { siteApp } from './site.ts';
import { StartFailure } from './start-failure.ts';
import { GROUP_MIN, openStatistics } from './statistics/index.ts';
import { DaySurvey, Recorder } from './usage/index.ts';
import { attestations } from './verification/attestations.ts';
import type { OpenVerification } from './verification/index.ts';
import { promiseRoutes } from './verification/routes.ts';
import { brokenPromises } from './verification/tell-staff.ts';
import { walls } from './walls.ts';

const SOCKET_MODE = 0o600;

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
  const backedUp = await backUpBeforeMigrations(settings);
  if (backedUp !== null) log('info', 'backup_made');
  const urls = await bringUp(settings, log).catch((error: unknown) => {
    const isKnown = error instanceof StartFailure || error instanceof NewerSchema || isOutage(error);
    throw backedUp === null || isKnown ? error : new StartFailure('migration_failed', error);
  });
  const { database, sweeping, signingIn, requests } = await openDatabases(urls, opened);
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
    onCaptured: (captured) => captures.take(captured),
    onRefused: (meter, windowEndsAt) => {
      limitNotices.refused(meter, windowEndsAt);
      if (meter.kind === 'balance') payments.wanted();
    },
    log,
  });
  const catalogue = new Catalogue(
    {
      db: database.db,
      record: store.record,
      believed: () => believedNow(sweepStore),
      isHeldBack: (engine) => newcomers.isHeldBack(engine),
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
  const sweepStore = { ...store, db: sweeping.db, record: store.record.through(sweeping.db) };
  const { siteUrl } = settings;
  const letters = readCatalogues(settings.lettersFolder);
  const { listen, imapUrl } = settings.mailDoor;
  const answersTo = listen === null && imapUrl === null ? null : settings.company.policyEmail;
  const tags = new MailTags(pepper, returnsTo(settings));
  const writing = { letters, siteUrl, answersTo, tags };
  const notices = new Notices({ db: database.db, vault, log, now: store.now, ...writing, ...settings.mail });
  opened.defer(() => notices.stop());
  const limitNotices = new LimitNotices({ services, notices, siteUrl });
  const warnings = billing === 'prepaid' ? new BalanceWarnings({ services, notices, siteUrl }) : null;
  const payments = openPayments({ services, notices, settings: settings.stripe, siteUrl, now: store.now });
  opened.defer(() => payments.stop());
  const erasing: Erasing = {
    services,
    store,
    outsideOf: (person) => outsideForExport(store, person),
    settings: erasureSettings(services, sweepStore, ledger, {
      notices,
      siteUrl,
      outside: outsideErasures(sweepStore),
      stripe: await stripeFor(database.db, payments.parts),
      archives: {
        makeWay: (subject) => exportQueue.makeWay(subject),
        forget: (tx, of) => forgetArchives(tx, settings.exportsFolder, of),
      },
    }),
  };
  const exporting = {
    erasing,
    notices,
    siteUrl,
    folder: settings.exportsFolder,
    believed: () => believedNow(sweepStore),
  };
  const exportQueue = new ExportQueue(exporting, log);
  opened.defer(() => exportQueue.stop());
  // Before anything is served: what a kill or a restore left undone.
  await replayLedger(erasing.settings);
  await resumeErasures(erasing.settings);
  const source = {
    databaseUrl: settings.databaseUrl,
    keys,
    ledger: ledgerPlace(settings.ledgerFolder),
    now: store.now,
  };
  const backups: Backups = { source, store, schedule: settings.backups };
  const scheduled = new ScheduledBackups(backups, () => believedNow(sweepStore), log);
  const damage = new DamageSurvey(store);
  const usageDays = new DaySurvey({ database, writer, now: store.now });
  const statistics = openStatistics({ store, record: store.record, settings: settings.statistics });
  const housekeeping = new Housekeeping(
    erasing.settings,
    {
      record: store.record,
      witnesses,
      damage,
      usageDays,
      statistics,
      formerReaders: (now) => promotion.formerReaders(now),
      giveWelcomes: () => giveWelcomes(services, settings.signUp.credit),
    },
    log,
  );
  const publications = await Publications.open({
    db: database.db,
    record: store.record,
    company: settings.company,
    billing,
    facts: factsOf(dataMap, processors.register),
  });
  const { documents } = publications;
  const signIn = openSignIn({
    services,
    finding: signingIn.db,
    store,
    notices,
    settings: { ...settings, documents: publications.agreed },
  });
  const captures = openCaptures({ services, store, signIn, believed: () => believedNow(sweepStore) });
  opened.defer(() => captures.stop());
  const newcomers = new Newcomers({
    db: database.db,
    record: store.record,
    configured: newcomersOf(settings, processors.register),
    noticeDays: settings.policyNoticeDays ?? POLICY_NOTICE_DAYS_MIN,
    siteUrl,
    now: store.now,
    believed: () => believedNow(sweepStore),
    tell: () => dates.wake(),
    log,
  });
  await newcomers.look();
  opened.defer(() => newcomers.stop());
  catalogue.start();
  opened.defer(() => catalogue.stop());
  await link.listen(settings.linkSocket, settings.linkOwner);
  const fallen = () => database.lend((client) => checkCatalogue(client, walls));
  const sources = {
    reachable: database.reachable,
    fallen,
    record: store.record,
    witnesses,
    link,
    sessions,
    recorder,
    catalogue,
    damage,
    usageDays,
    billing: () => payments.reconciled(),
    requests: () => office.figures(),
    outside: () => office.outside(),
    breaches: () => breaches.figures(),
    demands: () => disclosures.figures(),
    processors,
  };
  const withCapture = captureWithConsent({ store, notices, siteUrl });
  const choosing = {
    ledger: {
      store,
      texts,
      onGiven: withCapture.onGiven,
      onWithdrawn: async (tx: Tx, purpose: ConsentPurpose, { id }: SubjectName) => {
        if (purpose === 'tie_to_account') await cutTie(tx, id);
        await withCapture.onWithdrawn(tx, purpose, id);
      },
    },
    siteUrl,
    company: settings.company.name,
    onFault: (error: unknown) => log('error', 'fault', faultFields(error)),
  };
  const trusted = trustedBy(settings.trustedProxies);
  const ways = forPages(signIn, trusted);
  const promotion = openPromotion({
    store,
    ledger: choosing.ledger,
    signIn,
    mail: settings.mail,
    company: settings.company,
    siteUrl,
    unsubscribeTo: answersTo,
    tags,
    groupMin: settings.statistics?.groupMin ?? GROUP_MIN,
    log,
  });
  opened.defer(() => promotion.stop());
  const law = readLaw();
  const office = await openPrivacyOffice({
    unsubscribe: promotion.unsubscribe,
    report: promotion.report,
    tags,
    erasing,
    signIn,
    ledger: choosing.ledger,
    exports: forRequests(exporting, exportQueue),
    law,
    believed: () => believedNow(sweepStore),
    ways,
    trusted,
    settings,
    log,
  });
  opened.defer(() => office.stop());
  const disclosures = openDisclosures(
    {
      erasing,
      signIn,
      settings: settings.disclosures ?? DEFAULT_DISCLOSURES,
      company: settings.company.name,
      believed: () => believedNow(sweepStore),
    },
    log,
  );
  opened.defer(() => disclosures.stop());
  const breaches = openBreaches(
    {
      erasing,
      signIn,
      company: settings.company,
      law,
      hipaa: (settings.disclosures ?? DEFAULT_DISCLOSURES).hipaa,
      believed: () => believedNow(sweepStore),
    },
    log,
  );
  opened.defer(() => breaches.stop());
  const dates = openDates({
    plans: settings.stripe?.plans ?? [],
    services,
    notices,
    signIn,
    siteUrl,
    now: store.now,
    believed: () => believedNow(sweepStore),
    log,
  });
  opened.defer(() => dates.stop());
  const clauses = readClauses(billing);
  const publishing = openPublishing({
    publications,
    services,
    notices,
    signIn,
    siteUrl,
    clauses,
    newcomers: () => newcomers.waiting,
    noticeDays: settings.policyNoticeDays ?? POLICY_NOTICE_DAYS_MIN,
    believed: () => believedNow(sweepStore),
    tell: dates.wake,
    log,
  });
  opened.defer(() => publishing.stop());
  const verification =
    openVerification?.({
      settings,
      services,
      store,
      sweeping: sweeping.db,
      erased: () => ledger.lines,
      held: (subject) => ledger.held(subject),
      clauses,
      documents,
      law,
      recipients: processors.register,
      egress,
      gateways: () => sessions.connected(),
      fallen,
      probes: openProbes({ erasing, signIn, sweeping: sweeping.db }),
      attestations: () => attestations(store),
      tellStaff: brokenPromises({ db: database.db, notices, siteUrl, now: store.now }),
    }) ?? null;
  opened.defer(() => verification?.stop());
  const admin = await serve(
    adminApp(
      {
        erasing,
        backups,
        rotating: { keys, record: store.record, settings },
        consents: { services, ...choosing },
        sources,
        signIn,
        agents: office.agents,
        payments,
        publishing: publishing.admin,
        verification,
        metrics: async () =>
          (await office.metrics()) +
          (await payments.metrics()) +
          (await breaches.metrics()) +
          processors.metrics() +
          (verification?.metrics() ?? ''),
      },
      { onOutage: () => rereader.ask(), onHoldEnded: () => housekeeping.soon() },
    ),
    { path: settings.adminSocket },
  );
  await chmod(settings.adminSocket, SOCKET_MODE);
  const operator = { company: settings.company, billing };
  const agreements = {
    publications,
    operator,
    annexes: { map: dataMap, billing, recipients: processors.register, clauses },
    now: store.now,
  };
  const consolePages = forConsole({
    services,
    signIn,
    requests: requests.db,
    ledger: choosing.ledger,
    declarations: settings.declarations,
    agreements,
    announced: () =>
      new Map(newcomers.waiting.flatMap(({ engines, from }) => engines.map((engine) => [engine, from]))),
    payments: payments.parts,
  });
  const choices = choicesForPages(choosing);
  const pages = await openPages?.(
    pageParts({
      settings,
      documents,
      database,
      store,
      link,
      sessions,
      catalogue,
      signIn: ways,
      console: consolePages,
      choices,
      ...office.pages,
      reference,
      rights: forRightsPages({ erasing, signIn, payments: payments.parts }),
      exports: forExportPages(exporting, exportQueue, signIn),
      promotion,
      dates: dates.pages,
      publishing,
      desk: forDesk({ erasing, signIn, record: store.record, payments: payments.parts }),
      statistics,
      disclosures,
      breaches,
      captures: captures.desk,
      recipients: processors.register,
      agreements,
      newcomers,
      verification,
    }),
  );
  const site = await serve(
    siteApp({
      siteUrl,
      apiUrl: settings.apiUrl,
      health: healthOf({ database, link, sessions }),
      readRecord: (path) => store.record.readServed(path),
      auth: signInRoutes(signIn, trusted),
      accounts: consoleRoutes(consolePages, ways),
      measure: measureRoutes({
        store,
        siteUrl,
        signIn: ways,
        allowedFor: async (asking) => (await choices.of(asking)).allowed,
      }),
      webhook: payments.webhook,
      ...office.routes,
      transparency: disclosures.routes,
      privacy: office.routes.privacy
        .route('/', statistics.routes)
        .route(
          '/',
          recipientRoutes(processors.register, () => newcomers.waiting),
        )
        .route('/', publishing.routes),
      promises: promiseRoutes(verification),
      reference,
      pages: pages ?? null,
      log,
    }),
    {
      host: settings.host,
      port: settings.sitePort,
    },
  );
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
  log('info', 'listening', { port: settings.sitePort });

  opened.move();
  return {
    async stop() {
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
      await Promise.all([database, sweeping, signingIn, requests].map((each) => each.close()));
      await keys.close();
    },
  };
}
