/** How payments reach Stripe. */

/** `stripe`: Stripe Tax reckons it and adds it on top of the credit. `off`: the operator declares that none is due. */
export const TAX_MODES = ['stripe', 'off'] as const;

export interface StripeSettings {
  readonly secretKey: string;
  /** Of the webhook endpoint. */
  readonly webhookSecret: string;
  /** Without a path; only tests and proxies have another than Stripe's own. */
  readonly apiUrl: string;
  readonly tax: (typeof TAX_MODES)[number];
}
