/** What payments work with; made once, where control starts. Null instead: Stripe's keys are not set. */
import Stripe from 'stripe';
import type { Notices } from '../notices/index.ts';
import type { Services } from '../services.ts';
import type { StripeSettings } from './settings.ts';

/** One call; whoever waits for a page waits for this. */
const CALL_MS_MAX = 15_000;
const RETRIES = 1;

export interface PaymentParts {
  readonly services: Services;
  readonly notices: Notices;
  readonly stripe: Stripe;
  readonly settings: StripeSettings;
  readonly siteUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function stripeClient({ secretKey, apiUrl }: StripeSettings): Stripe {
  const { protocol, hostname, port } = new URL(apiUrl);
  return new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port !== '' && { port }),
    timeout: CALL_MS_MAX,
    maxNetworkRetries: RETRIES,
    telemetry: false,
  });
}
