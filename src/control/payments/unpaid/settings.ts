/** When what happens while an invoice of a plan is not paid; days after Stripe could not charge it first. */

export interface UnpaidSettings {
  readonly remindAgainDays: number;
  readonly limitDays: number;
  readonly suspendDays: number;
  /** From the limit on. */
  readonly requestsPerMinute: number;
}

export const UNPAID_DEFAULTS: UnpaidSettings = {
  remindAgainDays: 7,
  limitDays: 14,
  suspendDays: 28,
  requestsPerMinute: 10,
};
