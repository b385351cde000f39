/**
 * The steps while an invoice is not paid: a reminder, another, a limit, a suspension. Each is told before it comes, with
 * its day, and when it does; step, mail and entry in the record are one transaction.
 */
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import { faultFields } from '../../../log/log.ts';
import { peopleOf, tellGateways } from '../../accounts/index.ts';
import { account } from '../../accounts/schema.ts';
import { formatAmount } from '../../amount.ts';
import { outward } from '../../outward.ts';
import { Rounds } from '../../rounds.ts';
import type { PaymentParts } from '../parts.ts';
import { UNPAID_STEPS, type UnpaidInvoice, type UnpaidStep, unpaidInvoice } from './schema.ts';
import type { UnpaidSettings } from './settings.ts';

const LOOK_MS = 60_000;
const DAY_MS = 86_400_000;
const BATCH = 100;

/** Days after it was not paid first. */
export const dayOfStep = (settings: UnpaidSettings): Readonly<Record<UnpaidStep, number>> => ({
  new: 0,
  reminded: 0,
  reminded_again: settings.remindAgainDays,
  limited: settings.limitDays,
  suspended: settings.suspendDays,
});

const after = (step: UnpaidStep): UnpaidStep | null => UNPAID_STEPS[UNPAID_STEPS.indexOf(step) + 1] ?? null;

export class UnpaidSteps extends Rounds {
  readonly #parts: PaymentParts;

  constructor(parts: PaymentParts) {
    super({ everyMs: LOOK_MS, work: (signal) => this.#do(signal), log: parts.services.log });
    this.#parts = parts;
  }

  async #do(signal: AbortSignal): Promise<void> {
    const { services, notices, now } = this.#parts;
    const due = await services.db
      .select()
      .from(unpaidInvoice)
      .where(and(isNull(unpaidInvoice.settledAt), lte(unpaidInvoice.nextAt, new Date(now()))))
      .orderBy(asc(unpaidInvoice.nextAt))
      .limit(BATCH);
    for (const row of due) {
      if (signal.aborted) return;
      // Nothing is charged any more, so nothing is asked for.
      if (services.keys.inGrace(row.account)) continue;
      await this.#step(row).catch((error: unknown) => {
        if (!signal.aborted) services.log('error', 'fault', faultFields(error));
      });
    }
    if (due.length > 0) notices.wake();
  }

  async #step(row: UnpaidInvoice): Promise<void> {
    const step = after(row.step);
    if (step === null) return;
    const { services, notices, settings } = this.#parts;
    const nextAt = this.#nextAfter(step);
    const rpm = rpmOf(step, settings.unpaid);
    await services.record.act(async (tx, enter) => {
      const its = and(
        eq(unpaidInvoice.id, row.id),
        eq(unpaidInvoice.step, row.step),
        isNull(unpaidInvoice.settledAt),
      );
      const done = await tx.update(unpaidInvoice).set({ step, nextAt }).where(its).returning();
      if (done.length === 0) return;
      const values = this.#values(row, step, nextAt);
      for (const person of await peopleOf(tx, row.account, ['owner', 'billing']))
        await notices.send(tx, { template: 'invoice_unpaid', person, values });
      if (rpm === null) return;
      await tx.update(account).set({ unpaidRpm: rpm }).where(eq(account.id, row.account));
      await enter({
        kind: 'access_change',
        role: 'system',
        about: { kind: 'account', id: row.account },
        content: { what: `account_${step}`, account: row.account, ground: 'payment' },
      });
    });
    if (rpm !== null) await tellGateways(services, [row.account]);
  }

  /** Counted from when the step before was done and told, so that none comes unannounced after a time that we were off. */
  #nextAfter(step: UnpaidStep): Date | null {
    const next = after(step);
    if (next === null) return null;
    const days = dayOfStep(this.#parts.settings.unpaid);
    return new Date(this.#parts.now() + (days[next] - days[step]) * DAY_MS);
  }

  #values(row: UnpaidInvoice, step: UnpaidStep, nextAt: Date | null) {
    const { settings, siteUrl } = this.#parts;
    return {
      amount: `${formatAmount(row.gross)} USD`,
      soFar: soFar(step, settings.unpaid),
      coming: coming(step, nextAt, settings.unpaid),
      url: `${siteUrl}/console/${outward('acct', row.account)}/credit/plan`,
    };
  }
}

/** What the gateways hold it to; null: nothing changes. */
function rpmOf(step: UnpaidStep, { requestsPerMinute }: UnpaidSettings): number | null {
  if (step === 'limited') return requestsPerMinute;
  return step === 'suspended' ? 0 : null;
}

function soFar(step: UnpaidStep, { requestsPerMinute }: UnpaidSettings): string {
  if (step === 'limited') return `From now on at most ${requestsPerMinute} requests a minute are answered.`;
  if (step === 'suspended') return 'From now on your keys do not work.';
  return 'Nothing has changed so far.';
}

const dayIn = (at: Date): string => at.toISOString().slice(0, 10);

/** Every step that is still to come, with its day. */
function coming(step: UnpaidStep, nextAt: Date | null, settings: UnpaidSettings): string {
  const next = after(step);
  if (next === null || nextAt === null) return 'Your data stay as they are.';
  const days = dayOfStep(settings);
  const on = (which: UnpaidStep) => dayIn(new Date(nextAt.getTime() + (days[which] - days[next]) * DAY_MS));
  const words: Partial<Record<UnpaidStep, string>> = {
    reminded_again: `on ${on('reminded_again')} we remind you again`,
    limited: `from ${on('limited')} on at most ${settings.requestsPerMinute} requests a minute are answered`,
    suspended: `from ${on('suspended')} on your keys do not work`,
  };
  const rest = UNPAID_STEPS.slice(UNPAID_STEPS.indexOf(next)).flatMap((each) => words[each] ?? []);
  return `If it is still not paid by then: ${rest.join('; ')} (UTC).`;
}
