/** Who signs in and what they are promised: the texts that hold, sign-in, choices, captures, newcomers, campaigns. */
import { faultFields } from '../log/log.ts';
import type { SubjectName } from '../store/map/rows.ts';
import type { ConsentPurpose } from '../store/map/words.ts';
import type { Tx } from '../store/store.ts';
import { cutTie } from './analytics/index.ts';
import { captureWithConsent, openCaptures } from './capture/index.ts';
import { dataMap } from './data-map.ts';
import type { Below } from './open-domains.ts';
import type { Opening } from './open-ground.ts';
import { Newcomers, newcomersOf } from './processors/index.ts';
import { openPromotion } from './promotion/index.ts';
import { factsOf, POLICY_NOTICE_DAYS_MIN, Publications } from './publishing/index.ts';
import { forPages, openSignIn, trustedBy } from './sign-in/index.ts';
import { GROUP_MIN } from './statistics/index.ts';

export type People = Awaited<ReturnType<typeof openPeople>>;

/** `tell`: something waits for its day. */
export async function openPeople(
  { settings, log, opened }: Opening,
  { ground, gateways, keeping }: Below,
  { tell }: { readonly tell: () => void },
) {
  const { databases, store, texts, processors, believed } = ground;
  const { database, signingIn } = databases;
  const { services } = gateways;
  const { notices, payments, answersTo, tags } = keeping;
  const { billing, siteUrl } = settings;
  const publications = await Publications.open({
    db: database.db,
    record: store.record,
    company: settings.company,
    billing,
    facts: factsOf(dataMap, processors.register),
  });
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
    tell,
    begun: () => payments.begin(),
    log,
  });
  await newcomers.look();
  opened.defer(() => newcomers.stop());
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
  return { publications, signIn, captures, newcomers, choosing, trusted, ways, promotion };
}
