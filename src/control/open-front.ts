/** What faces outward: the operator's socket, and the site with its pages, routes and what its scripts ask. */
import { chmod } from 'node:fs/promises';
import { adminApp } from './admin.ts';
import { measureRoutes } from './analytics/index.ts';
import type { ApiReference } from './api-reference.ts';
import { choicesForPages } from './consent/for-pages.ts';
import { forConsole } from './console/index.ts';
import { consoleRoutes } from './console/routes.ts';
import { dataMap } from './data-map.ts';
import { forDesk } from './desk/index.ts';
import { forExportPages } from './exports/index.ts';
import { serve } from './http.ts';
import type { Below, Domains } from './open-domains.ts';
import type { Opening } from './open-ground.ts';
import { healthOf, type OpenPages, pageParts } from './page-parts.ts';
import { recipientRoutes } from './processors/index.ts';
import { forRightsPages } from './rights/index.ts';
import { signInRoutes } from './sign-in/index.ts';
import { siteApp } from './site.ts';
import { promiseRoutes } from './verification/routes.ts';

const SOCKET_MODE = 0o600;

export interface Everything extends Below {
  readonly domains: Domains;
}

/** The operator's commands, and figures. */
export async function openAdmin({ settings }: Opening, { ground, gateways, keeping, domains }: Everything) {
  const { databases, keys, store, witnesses, processors } = ground;
  const { database } = databases;
  const { link, sessions, recorder, catalogue, services, rereader } = gateways;
  const { erasing, backups, damage, usageDays, payments, housekeeping } = keeping;
  const { choosing, signIn, newcomers, office, breaches, disclosures, publishing, fallen } = domains;
  const { verification, explanations } = domains;
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
    newcomers,
  };
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
        explanations,
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
  return admin;
}

/** The site. `openPages`: of the floor above; without it the site answers programs only. */
export async function openSite(
  { settings, log }: Opening,
  { ground, gateways, keeping, domains }: Everything,
  reference: ApiReference | null,
  openPages?: OpenPages,
) {
  const { databases, store, processors } = ground;
  const { database, requests } = databases;
  const { link, sessions, catalogue, services } = gateways;
  const { erasing, exporting, exportQueue, payments, statistics } = keeping;
  const { publications, signIn, captures, newcomers, choosing, trusted, ways, promotion } = domains;
  const { office, disclosures, breaches, dates, clauses, publishing } = domains;
  const { verification, explanations } = domains;
  const { billing, siteUrl } = settings;
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
      documents: publications.documents,
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
      explanations,
    }),
  );
  return serve(
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
      promises: promiseRoutes(verification, explanations),
      reference,
      pages: pages ?? null,
      log,
    }),
    {
      host: settings.host,
      port: settings.sitePort,
    },
  );
}
