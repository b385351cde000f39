/** How payments reach Stripe. */
import type { Plan } from './plans/settings.ts';
import type { UnpaidSettings } from './unpaid/settings.ts';

/** `stripe`: Stripe Tax reckons it and adds it on top of the credit. `off`: the operator declares that none is due. */
export const TAX_MODES = ['stripe', 'off'] as const;

export interface StripeSettings {
  readonly secretKey: string;
  /** Of the webhook endpoint. */
  readonly webhookSecret: string;
  /** Without a path; only tests and proxies have another than Stripe's own. */
  readonly apiUrl: string;
  readonly tax: (typeof TAX_MODES)[number];
  /** What can be subscribed to; none where none is configured. */
  readonly plans: readonly Plan[];
  readonly unpaid: UnpaidSettings;
}
