/**
 * The domains above keeping: who signs in, what is promised and published, what people ask for and are asked, and the look at all
 * of it.
 */
import { faultFields } from '../log/log.ts';
import type { SubjectName } from '../store/map/rows.ts';
import type { ConsentPurpose } from '../store/map/words.ts';
import type { Tx } from '../store/store.ts';
import { checkCatalogue } from '../store/walls/check-catalogue.ts';
import { cutTie } from './analytics/index.ts';
import { openBreaches } from './breach/index.ts';
import { captureWithConsent, openCaptures } from './capture/index.ts';
import { dataMap } from './data-map.ts';
import { openDates } from './dates/index.ts';
import { DEFAULT_DISCLOSURES, openDisclosures } from './disclosure/index.ts';
import { forRequests } from './exports/index.ts';
import { readLaw } from './law/index.ts';
import type { Gateways } from './open-gateways.ts';
import type { Ground, Opening } from './open-ground.ts';
import type { Keeping } from './open-keeping.ts';
import { readClauses } from './policy/index.ts';
import { openPrivacyOffice } from './privacy-office.ts';
import { openProbes } from './probes/index.ts';
import { Newcomers, newcomersOf } from './processors/index.ts';
import { openPromotion } from './promotion/index.ts';
import { factsOf, openPublishing, POLICY_NOTICE_DAYS_MIN, Publications } from './publishing/index.ts';
import { forPages, openSignIn, trustedBy } from './sign-in/index.ts';
import { GROUP_MIN } from './statistics/index.ts';
import { attestations } from './verification/attestations.ts';
import type { OpenVerification } from './verification/index.ts';
import { brokenPromises } from './verification/tell-staff.ts';
import { walls } from './walls.ts';

/** What was opened below. */
export interface Below {
  readonly ground: Ground;
  readonly gateways: Gateways;
  readonly keeping: Keeping;
}

export type Domains = Awaited<ReturnType<typeof openDomains>>;

/** `openVerification`: of the floor above; null: nobody looks. */
export async function openDomains(
  { settings, log, egress, opened }: Opening,
  { ground, gateways, keeping }: Below,
  openVerification: OpenVerification | null,
) {
  const { databases, store, ledger, texts, processors, believed } = ground;
  const { database, sweeping, signingIn } = databases;
  const { services, sessions } = gateways;
  const { notices, answersTo, tags, erasing, exporting, exportQueue } = keeping;
  const { billing, siteUrl } = settings;
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
  const captures = openCaptures({ services, store, signIn, believed });
  opened.defer(() => captures.stop());
  const newcomers = new Newcomers({
    db: database.db,
    record: store.record,
    configured: newcomersOf(settings, processors.register),
    noticeDays: settings.policyNoticeDays ?? POLICY_NOTICE_DAYS_MIN,
    siteUrl,
    now: store.now,
    believed,
    tell: () => dates.wake(),
    log,
  });
  await newcomers.look();
  opened.defer(() => newcomers.stop());
  const fallen = () => database.lend((client) => checkCatalogue(client, walls));
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
    believed,
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
      believed,
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
      believed,
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
    believed,
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
    believed,
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
  return {
    publications,
    signIn,
    captures,
    newcomers,
    fallen,
    choosing,
    trusted,
    ways,
    promotion,
    law,
    office,
    disclosures,
    breaches,
    dates,
    clauses,
    publishing,
    verification,
  };
}
