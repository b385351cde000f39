/**
 * While an account's deletion is scheduled, Stripe charges nothing for its plans; taken back, they go on. What Stripe was
 * told last stands in the row, so that a kill between the two is made good by the next look.
 */
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import { faultFields } from '../../../log/log.ts';
import { Rounds } from '../../rounds.ts';
import type { PaymentParts } from '../parts.ts';
import { type PlanSubscription, planSubscription } from './schema.ts';

const LOOK_MS = 10_000;
/** Of one subscription. */
const INVOICES_MAX = 100;

export class PlanPauses {
  readonly #parts: PaymentParts;
  readonly #rounds: Rounds;

  constructor(parts: PaymentParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      everyMs: LOOK_MS,
      work: (signal) => this.#work(signal),
      log: parts.services.log,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { db, keys, log } = this.#parts.services;
    const rows = await db
      .select()
      .from(planSubscription)
      .where(
        and(inArray(planSubscription.state, ['active', 'unpaid']), isNotNull(planSubscription.subscription)),
      );
    for (const row of rows) {
      const isWanted = keys.inGrace(row.account);
      if (signal.aborted) return;
      if (isWanted === row.isPaused) continue;
      await this.#pause(row, isWanted).catch((error: unknown) => {
        if (!signal.aborted) log('warn', 'stripe_away', faultFields(error));
      });
    }
  }

  async #pause({ id, subscription }: PlanSubscription, isPaused: boolean): Promise<void> {
    if (subscription === null) return;
    const { stripe, services } = this.#parts;
    await stripe.subscriptions.update(subscription, {
      pause_collection: isPaused ? { behavior: 'void' } : '',
    });
    if (isPaused) await this.#voidOpen(subscription);
    await services.db.update(planSubscription).set({ isPaused }).where(eq(planSubscription.id, id));
  }

  /** Those that were there before are tried again by Stripe otherwise. */
  async #voidOpen(subscription: string): Promise<void> {
    const { stripe } = this.#parts;
    const { data } = await stripe.invoices.list({ subscription, status: 'open', limit: INVOICES_MAX });
    for (const { id } of data) if (id !== undefined) await stripe.invoices.voidInvoice(id);
  }
}
