/**
 * Where Stripe tells us what happened. Whatever it tells is stored first, once, and answered; carrying it out comes after
 * (`events.ts`). What is not signed by Stripe, or was signed more than five minutes ago, is refused.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type Stripe from 'stripe';
import { Problem } from '../problem.ts';
import { contentOf } from './event-content.ts';
import type { PaymentParts } from './parts.ts';
import type { stripeEvent } from './schema.ts';
import { EventStore } from './store-events.ts';

const BODY_BYTES_MAX = 256 * 1024;
const AGE_SECONDS_MAX = 300;
const EVENT_ID = /^evt_\w{1,200}$/;
const EVENT_TYPE = /^[a-z0-9_.]{1,100}$/;

/** `stored`: called after something was. Null `parts`: there is nothing here. */
export function webhookRoutes(parts: PaymentParts | null, stored: () => void): Hono {
  const app = new Hono();
  if (parts === null) return app;
  const store = new EventStore(parts.services.db);
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLong }));
  app.post('/', async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    const event = signedEvent(parts, body, c.req.header('stripe-signature') ?? '');
    await store.put(rowOf(event, new Date(parts.now())));
    stored();
    return c.json({ received: true });
  });
  return app;
}

/** Throws `Problem` 400. */
function signedEvent(
  { stripe, settings, services }: PaymentParts,
  body: Buffer,
  signature: string,
): Stripe.Event {
  try {
    const event = stripe.webhooks.constructEvent(body, signature, settings.webhookSecret, AGE_SECONDS_MAX);
    if (EVENT_ID.test(event.id) && EVENT_TYPE.test(event.type) && typeof event.data.object === 'object')
      return event;
  } catch {
    // Whatever was wrong with it: the sender is told nothing more.
  }
  services.log('warn', 'webhook_refused');
  throw new Problem(400, 'not_stripe', 'This was not signed by Stripe within the last five minutes.');
}

function rowOf(event: Stripe.Event, at: Date): typeof stripeEvent.$inferInsert {
  const content = contentOf(event);
  return {
    id: event.id,
    type: event.type,
    state: content === null ? 'ignored' : 'stored',
    content,
    nextAt: at,
    receivedAt: at,
  };
}

function tooLong(): never {
  throw new Problem(413, 'too_long', `An event may have at most ${BODY_BYTES_MAX} bytes.`);
}
