/**
 * What tells people, takes their money, and lets their data go: notices, payments, erasure, exports, backups, and the sweep
 * that does by itself what is due.
 */

import { DamageSurvey } from '../store/damage.ts';
import { replayLedger, resumeErasures } from '../store/erasure/resume.ts';
import { type Backups, ledgerPlace, ScheduledBackups } from './backup/index.ts';
import { BalanceWarnings, giveWelcomes } from './billing/index.ts';
import { ExportQueue, forgetArchives } from './exports/index.ts';
import { LimitNotices } from './limit-notices.ts';
import { MailTags, returnsTo } from './mail-tags.ts';
import { Notices, readCatalogues } from './notices/index.ts';
import type { Gateways } from './open-gateways.ts';
import type { Ground, Opening } from './open-ground.ts';
import { outsideErasures, outsideForExport } from './outside/index.ts';
import { openPayments, stripeFor } from './payments/index.ts';
import type { ProcessorId } from './processors/settings.ts';
import type { Promotion } from './promotion/index.ts';
import { type Erasing, erasureSettings, Housekeeping } from './rights/index.ts';
import { openStatistics } from './statistics/index.ts';
import { DaySurvey } from './usage/index.ts';

export type Keeping = Awaited<ReturnType<typeof openKeeping>>;

/** `hooks`: of what is opened later; called by rounds, which begin after that. */
export async function openKeeping(
  { settings, log, opened }: Opening,
  ground: Ground,
  gateways: Gateways,
  hooks: Pick<Promotion, 'formerReaders'> & { readonly isHeldBack: (which: ProcessorId) => boolean },
) {
  const { databases, keys, vault, store, sweepStore, ledger, witnesses, pepper, believed } = ground;
  const { database } = databases;
  const { services, writer } = gateways;
  const { billing, siteUrl } = settings;
  const letters = readCatalogues(settings.lettersFolder);
  const { listen, imapUrl } = settings.mailDoor;
  const answersTo = listen === null && imapUrl === null ? null : settings.company.policyEmail;
  const tags = new MailTags(pepper, returnsTo(settings));
  const writing = { letters, siteUrl, answersTo, tags };
  const notices = new Notices({ db: database.db, vault, log, now: store.now, ...writing, ...settings.mail });
  opened.defer(() => notices.stop());
  const limitNotices = new LimitNotices({ services, notices, siteUrl });
  const warnings = billing === 'prepaid' ? new BalanceWarnings({ services, notices, siteUrl }) : null;
  const payments = openPayments({
    services,
    notices,
    settings: settings.stripe,
    siteUrl,
    now: store.now,
    isHeldBack: () => hooks.isHeldBack('payments'),
  });
  opened.defer(() => payments.stop());
  const erasing: Erasing = {
    services,
    store,
    outsideOf: (person) => outsideForExport(store, person),
    settings: erasureSettings(services, sweepStore, ledger, {
      notices,
      siteUrl,
      outside: outsideErasures(sweepStore),
      stripe: await stripeFor(database.db, payments.configured),
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
    believed,
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
  const scheduled = new ScheduledBackups(backups, believed, log);
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
      formerReaders: hooks.formerReaders,
      giveWelcomes: () => giveWelcomes(services, settings.signUp.credit),
    },
    log,
  );
  return {
    notices,
    answersTo,
    tags,
    limitNotices,
    warnings,
    payments,
    erasing,
    exporting,
    exportQueue,
    backups,
    scheduled,
    damage,
    usageDays,
    statistics,
    housekeeping,
  };
}
