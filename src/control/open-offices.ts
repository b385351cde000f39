/** What people ask for and are asked, and what staff answer: the privacy office, demands, breaches, dates, publishing. */
import { openBreaches } from './breach/index.ts';
import { openDates } from './dates/index.ts';
import { DEFAULT_DISCLOSURES, openDisclosures } from './disclosure/index.ts';
import { forRequests } from './exports/index.ts';
import { readLaw } from './law/index.ts';
import type { Below } from './open-domains.ts';
import type { Opening } from './open-ground.ts';
import type { People } from './open-people.ts';
import { readClauses } from './policy/index.ts';
import { openPrivacyOffice } from './privacy-office.ts';
import { openPublishing, POLICY_NOTICE_DAYS_MIN } from './publishing/index.ts';

export async function openOffices(
  { settings, log, opened }: Opening,
  { ground, gateways, keeping }: Below,
  { publications, signIn, newcomers, choosing, trusted, ways, promotion }: People,
) {
  const { store, believed } = ground;
  const { services } = gateways;
  const { notices, tags, erasing, exporting, exportQueue } = keeping;
  const { billing, siteUrl } = settings;
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
    early: () => newcomers.early,
    noticeDays: settings.policyNoticeDays ?? POLICY_NOTICE_DAYS_MIN,
    believed,
    tell: dates.wake,
    log,
  });
  opened.defer(() => publishing.stop());
  return { law, office, disclosures, breaches, dates, clauses, publishing };
}
