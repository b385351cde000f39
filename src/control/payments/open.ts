/** Wires payments; where Stripe's keys are not set, there is nothing to start, and nothing at the webhook's address. */
import type { Hono } from 'hono';
import { CardLooks } from './cards/look.ts';
import { StripeEvents } from './events.ts';
import { billingMetrics } from './metrics.ts';
import { type PaymentParts, stripeClient } from './parts.ts';
import { PlanPauses } from './plans/pause.ts';
import { Recharges } from './recharge/worker.ts';
import { Reconciler, type Reconciliation } from './reconcile.ts';
import type { StripeSettings } from './settings.ts';
import { UnpaidSteps } from './unpaid/steps.ts';
import { webhookRoutes } from './webhook.ts';

export interface Payments {
  readonly parts: PaymentParts | null;
  readonly webhook: Hono;
  /**
   * Compares our books with Stripe's now, and answers what differs; `tell` hears of how many were compared so far. Null:
   * there is nothing to compare with.
   */
  readonly reconcile: ((tell?: (looked: number) => void) => Promise<Reconciliation>) | null;
  /** What the last look found. */
  reconciled(): Reconciliation | null;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** A request was refused for want of credit: whoever wants it gets some by itself. */
  wanted(): void;
  start(): void;
  stop(): Promise<void>;
}

export function openPayments({
  settings,
  ...rest
}: Omit<PaymentParts, 'stripe' | 'settings'> & { readonly settings: StripeSettings | null }): Payments {
  const parts = settings && { ...rest, settings, stripe: stripeClient(settings) };
  const steps = parts && new UnpaidSteps(parts);
  const cards = parts && new CardLooks(parts);
  const events = parts && new StripeEvents(parts, { unpaid: () => steps?.wake(), card: () => cards?.wake() });
  const reconciler = parts && new Reconciler(parts);
  const recharges = parts && new Recharges(parts);
  const pauses = parts && new PlanPauses(parts);
  return {
    parts,
    webhook: webhookRoutes(parts, () => events?.wake()),
    reconcile: reconciler && ((tell) => reconciler.look(tell)),
    reconciled: () => reconciler?.last ?? null,
    metrics: async () => (reconciler === null ? '' : billingMetrics(rest.services.db, reconciler.last)),
    wanted: () => recharges?.wake(),
    start() {
      events?.start();
      recharges?.start();
      pauses?.start();
      steps?.start();
      cards?.start();
      reconciler?.start();
    },
    async stop() {
      await Promise.all([
        events?.stop(),
        recharges?.stop(),
        pauses?.stop(),
        steps?.stop(),
        cards?.stop(),
        reconciler?.stop(),
      ]);
    },
  };
}
