/** Wires payments; where Stripe's keys are not set, there is nothing to start, and nothing at the webhook's address. */
import type { Hono } from 'hono';
import { StripeEvents } from './events.ts';
import { type PaymentParts, stripeClient } from './parts.ts';
import type { StripeSettings } from './settings.ts';
import { webhookRoutes } from './webhook.ts';

export interface Payments {
  readonly parts: PaymentParts | null;
  readonly webhook: Hono;
  start(): void;
  stop(): Promise<void>;
}

export function openPayments({
  settings,
  ...rest
}: Omit<PaymentParts, 'stripe' | 'settings'> & { readonly settings: StripeSettings | null }): Payments {
  const parts = settings && { ...rest, settings, stripe: stripeClient(settings) };
  const events = parts && new StripeEvents(parts);
  return {
    parts,
    webhook: webhookRoutes(parts, () => events?.wake()),
    start: () => events?.start(),
    stop: async () => events?.stop(),
  };
}
