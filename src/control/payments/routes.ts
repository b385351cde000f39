/** Admin API of payments. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import Stripe from 'stripe';
import { Problem } from '../problem.ts';
import type { Payments } from './open.ts';

const AWAY = 'Stripe does not answer. Try again in a few minutes.';

/** With `?progress` it tells of how far it is, one line of JSON after the other; the last is the whole, or why there is none. */
export function paymentRoutes({ reconcile }: Pick<Payments, 'reconcile'>): Hono {
  return new Hono().post('/billing/reconcile', async (c) => {
    if (reconcile === null)
      throw new Problem(409, 'no_payments', 'There are no payments to compare: Stripe’s keys are not set.');
    if (c.req.query('progress') === undefined)
      return c.json(await reconcile().catch(unlessAway((message) => refuse(message))));
    c.header('content-type', 'application/x-ndjson');
    return stream(c, async (out) => {
      const say = (line: object) => out.write(`${JSON.stringify(line)}\n`);
      const found = await reconcile((looked) => void say({ looked })).catch(
        unlessAway((problem) => say({ problem }).then(() => null)),
      );
      if (found !== null) await say({ found });
    });
  });
}

const unlessAway =
  <Answer>(away: (message: string) => Answer) =>
  (error: unknown): Answer => {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    return away(AWAY);
  };

function refuse(message: string): never {
  throw new Problem(503, 'stripe_away', message);
}
