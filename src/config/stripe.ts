/** Stripe's keys of the configuration, checked beyond what one of them says by itself. */

import { isHere } from '../control/on-this-machine.ts';
import type { StripeSettings } from '../control/payments/settings.ts';
import { UNPAID_DEFAULTS } from '../control/payments/unpaid/settings.ts';
import type { ConfigEnvironment } from './environment-schema.ts';
import { ConfigError } from './error.ts';
import type { ConfigFile } from './file-schema.ts';

const STRIPE_URL = 'https://api.stripe.com';

export function stripeOf(file: ConfigFile, env: ConfigEnvironment): StripeSettings | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL } = env;
  if (secretKey === undefined && webhookSecret === undefined) {
    if (file.plans !== undefined)
      throw new ConfigError(
        '"plans" are set, but nobody can pay for one without STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
      );
    return null;
  }
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
  if (url.protocol !== 'https:' && !isHere(url.href))
    throw new ConfigError('STRIPE_API_URL would send the secret key readable on the way: use https://.');
  if (url.pathname !== '/')
    throw new ConfigError('STRIPE_API_URL may hold no path: only a host and, if need be, a port.');
  return {
    secretKey,
    webhookSecret,
    apiUrl: url.origin,
    tax: file.stripe?.tax ?? 'off',
    plans: plansOf(file),
    unpaid: unpaidOf(file),
  };
}

const MICRO_USD = 1_000_000;

function plansOf({ plans = [] }: ConfigFile): StripeSettings['plans'] {
  const ids = plans.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new ConfigError(`Two plans have the id "${twice}": it must name one.`);
  const inMicroUsd = (usd: number) => Math.round(usd * MICRO_USD);
  return plans.map(({ price, credit = price, ...plan }) => ({
    ...plan,
    price: inMicroUsd(price),
    credit: inMicroUsd(credit),
  }));
}

function unpaidOf({ unpaid_invoices: given = {} }: ConfigFile): StripeSettings['unpaid'] {
  const unpaid = {
    remindAgainDays: given.remind_again_days ?? UNPAID_DEFAULTS.remindAgainDays,
    limitDays: given.limit_days ?? UNPAID_DEFAULTS.limitDays,
    suspendDays: given.suspend_days ?? UNPAID_DEFAULTS.suspendDays,
    requestsPerMinute: given.requests_per_minute ?? UNPAID_DEFAULTS.requestsPerMinute,
  };
  if (unpaid.remindAgainDays < unpaid.limitDays && unpaid.limitDays < unpaid.suspendDays) return unpaid;
  throw new ConfigError(
    '"unpaid_invoices" must come one after the other, so that each is told before: remind_again_days, limit_days, suspend_days.',
  );
}
