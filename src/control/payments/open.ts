/**
 * Wires payments; where Stripe's keys are not set, there is nothing to start, and nothing at the webhook's address. Where
 * people were told of Stripe and its day has not come, nothing goes there (CHANGE-1); what it sends is stored.
 */
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
  /** Null: nobody pays by Stripe here, or not yet. */
  parts(): PaymentParts | null;
  /** Also before its day: who asks Stripe to forget somebody asks it at any time. */
  readonly configured: PaymentParts | null;
  readonly webhook: Hono;
  /**
   * Compares our books with Stripe's now, and answers what differs; `tell` hears of how many were compared so far. Null:
   * there is nothing to compare with, or not yet.
   */
  readonly reconcile: ((tell?: (looked: number) => void) => Promise<Reconciliation>) | null;
  /** What the last look found. */
  reconciled(): Reconciliation | null;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** A request was refused for want of credit: whoever wants it gets some by itself. */
  wanted(): void;
  start(): void;
  /** The day of Stripe has come; what was started begins. */
  begin(): void;
  stop(): Promise<void>;
}

type Wanted = Omit<PaymentParts, 'stripe' | 'settings'> & {
  readonly settings: StripeSettings | null;
  /** Whether its day is still to come; asked each time. */
  readonly isHeldBack: () => boolean;
};

export function openPayments({ settings, isHeldBack, ...rest }: Wanted): Payments {
  const parts = settings && { ...rest, settings, stripe: stripeClient(settings) };
  const steps = parts && new UnpaidSteps(parts);
  const cards = parts && new CardLooks(parts);
  const events = parts && new StripeEvents(parts, { unpaid: () => steps?.wake(), card: () => cards?.wake() });
  const isOpen = () => parts !== null && !isHeldBack();
  const reconciler = parts && new Reconciler(parts);
  const recharges = parts && new Recharges(parts);
  const pauses = parts && new PlanPauses(parts);
  let isStarted = false;
  let isRunning = false;
  const begin = () => {
    if (!isStarted || isRunning || !isOpen()) return;
    isRunning = true;
    for (const worker of [events, recharges, pauses, steps, cards, reconciler]) worker?.start();
  };
  return {
    parts: () => (isOpen() ? parts : null),
    configured: parts,
    webhook: webhookRoutes(parts, () => {
      if (isOpen()) events?.wake();
    }),
    get reconcile() {
      return reconciler !== null && isOpen()
        ? (tell?: (looked: number) => void) => reconciler.look(tell)
        : null;
    },
    reconciled: () => reconciler?.last ?? null,
    metrics: async () => (reconciler === null ? '' : billingMetrics(rest.services.db, reconciler.last)),
    wanted() {
      if (isOpen()) recharges?.wake();
    },
    start() {
      isStarted = true;
      begin();
    },
    begin,
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
