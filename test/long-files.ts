/**
 * Test files that take long: kills, other servers, whole clones, hundreds of people, pages looked at in four variants.
 * `npm test` runs a share of them, a different one each time, so that it ends within ten minutes on two cores; `npm run
 * test:all` runs all.
 */
import { existsSync } from 'node:fs';
import { Chance } from './faults/random.ts';

/** In alphabetical order. */
const LONG_FILES: readonly string[] = [
  'test/agents/web.test.ts',
  'test/backup/embedded.test.ts',
  'test/backup/killed.test.ts',
  'test/backup/restore-command.test.ts',
  'test/backup/scheduled.test.ts',
  'test/backup/upgrade.test.ts',
  'test/browser/agents.test.ts',
  'test/browser/campaigns.test.ts',
  'test/browser/child-report.test.ts',
  'test/browser/choices.test.ts',
  'test/browser/confirm.test.ts',
  'test/browser/dates.test.ts',
  'test/browser/desk.test.ts',
  'test/browser/disclosures.test.ts',
  'test/browser/export.test.ts',
  'test/browser/invitations.test.ts',
  'test/browser/keys.test.ts',
  'test/browser/leaving.test.ts',
  'test/browser/letters.test.ts',
  'test/browser/measure.test.ts',
  'test/browser/members-page.test.ts',
  'test/browser/not-invited.test.ts',
  'test/browser/outside.test.ts',
  'test/browser/outsider.test.ts',
  'test/browser/overview.test.ts',
  'test/browser/payments.test.ts',
  'test/browser/playground.test.ts',
  'test/browser/profile.test.ts',
  'test/browser/providers.test.ts',
  'test/browser/recommendations.test.ts',
  'test/browser/request-figures.test.ts',
  'test/browser/requests.test.ts',
  'test/browser/rights.test.ts',
  'test/browser/second-factor.test.ts',
  'test/browser/security.test.ts',
  'test/browser/terms.test.ts',
  'test/browser/usage.test.ts',
  'test/browser/without-prices.test.ts',
  'test/canaries/embedded.test.ts',
  'test/canaries/people.test.ts',
  'test/canaries/planted.test.ts',
  'test/control/acts-in-record.test.ts',
  'test/control/auditors.test.ts',
  'test/control/catalogue.test.ts',
  'test/control/key-rotation.test.ts',
  'test/control/link-keeps-its-word.test.ts',
  'test/control/nothing-lost.test.ts',
  'test/control/witnesses.test.ts',
  'test/dates/reminders.test.ts',
  'test/disclosure/held.test.ts',
  'test/disclosure/journey.test.ts',
  'test/disclosure/killed.test.ts',
  'test/disclosure/silence.test.ts',
  'test/drp/callbacks.test.ts',
  'test/drp/killed.test.ts',
  'test/drp/protocol.test.ts',
  'test/engine/many.test.ts',
  'test/engine/process.test.ts',
  'test/engine/structured.test.ts',
  'test/exports/exports.test.ts',
  'test/exports/killed.test.ts',
  'test/faults/voids.test.ts',
  'test/gateway/billing-off.test.ts',
  'test/gateway/budget-only.test.ts',
  'test/gateway/durable.test.ts',
  'test/gateway/tls.test.ts',
  'test/gateway/token-budgets.test.ts',
  'test/mail-door/flood.test.ts',
  'test/mail-door/journeys.test.ts',
  'test/mail-door/killed.test.ts',
  'test/mail-door/reports.test.ts',
  'test/mail-door/threads.test.ts',
  'test/mail/at-sending.test.ts',
  'test/mail/killed.test.ts',
  'test/mail/newsletter.test.ts',
  'test/outside/erasures.test.ts',
  'test/outside/killed.test.ts',
  'test/outside/tasks.test.ts',
  'test/payments/any-order.test.ts',
  'test/payments/killed.test.ts',
  'test/python/openai-python.test.ts',
  'test/requests/child.test.ts',
  'test/requests/killed.test.ts',
  'test/requests/ladder-stops.test.ts',
  'test/requests/ladder.test.ts',
  'test/requests/model.test.ts',
  'test/requests/outsider.test.ts',
  'test/requests/strangers.test.ts',
  'test/sign-in/last-mail.test.ts',
  'test/sign-in/mail.test.ts',
  'test/sign-in/provider-answers.test.ts',
  'test/sign-in/second-factor.test.ts',
  'test/site/without-prices.test.ts',
  'test/start/deaths.test.ts',
  'test/start/places.test.ts',
  'test/start/refusals.test.ts',
  'test/start/shapes.test.ts',
  'test/store-rights/export-memory.test.ts',
  'test/walls/other-server.test.ts',
];
/** One in so many is run. */
const SHARE = 10;

/** Those that a run with this seed leaves out. Throws for a name in the list that is no file. */
export function leftOut(seed: number): readonly string[] {
  const unknown = LONG_FILES.filter((file) => !existsSync(file));
  if (unknown.length > 0)
    throw new Error(`test/long-files.ts names what is not there: ${unknown.join(', ')}`);
  const chance = new Chance(seed);
  const order = LONG_FILES.map((file) => ({ file, at: chance.next() })).sort(
    (one, other) => one.at - other.at,
  );
  return order.slice(Math.ceil(LONG_FILES.length / SHARE)).map(({ file }) => file);
}
