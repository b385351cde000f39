/** Stripe's keys of the configuration, checked beyond what one of them says by itself. */
import { ConfigError } from './config-error.ts';
import type { ConfigEnvironment, ConfigFile } from './config-schema.ts';
import type { StripeSettings } from './control/payments/settings.ts';

const STRIPE_URL = 'https://api.stripe.com';

export function stripeOf(file: ConfigFile, env: ConfigEnvironment): StripeSettings | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL } = env;
  if (secretKey === undefined && webhookSecret === undefined) return null;
  if (secretKey === undefined || webhookSecret === undefined) {
    const missing = secretKey === undefined ? 'STRIPE_SECRET_KEY' : 'STRIPE_WEBHOOK_SECRET';
    throw new ConfigError(
      `Stripe needs both of its keys, and ${missing} is not set: without it no payment would become credit.`,
    );
  }
  const { billing = 'prepaid' } = file;
  if (billing !== 'prepaid')
    throw new ConfigError(
      `Stripe's keys are set, but nobody has credit with "billing": "${billing}": remove one of the two.`,
    );
  const url = new URL(STRIPE_API_URL ?? STRIPE_URL);
  if (url.protocol !== 'https:' && !isHere(url.hostname))
    throw new ConfigError('STRIPE_API_URL would send the secret key readable on the way: use https://.');
  if (url.pathname !== '/')
    throw new ConfigError('STRIPE_API_URL may hold no path: only a host and, if need be, a port.');
  return { secretKey, webhookSecret, apiUrl: url.origin, tax: file.stripe?.tax ?? 'off' };
}

const isHere = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
