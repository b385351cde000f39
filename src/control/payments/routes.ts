/** Admin API of payments. */
import { Hono } from 'hono';
import Stripe from 'stripe';
import { Problem } from '../problem.ts';
import type { Payments } from './open.ts';

export function paymentRoutes({ reconcile }: Pick<Payments, 'reconcile'>): Hono {
  return new Hono().post('/billing/reconcile', async (c) => {
    if (reconcile === null)
      throw new Problem(409, 'no_payments', 'There are no payments to compare: Stripe’s keys are not set.');
    const found = await reconcile().catch((error: unknown) => {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      throw new Problem(503, 'stripe_away', 'Stripe does not answer. Try again in a few minutes.');
    });
    return c.json(found);
  });
}
