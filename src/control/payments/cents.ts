/** Stripe counts in cents, the ledger in micro-dollars. */
export const CENT_MICRO_USD = 10_000;

/**
 * What of the credit goes with so much of what was charged, rounded to the nearest cent; all of it with all of it. All in
 * micro-dollars, whole cents.
 */
export function netPart(returnedGross: number, { gross, amount }: { gross: number; amount: number }): number {
  const cents = (microUsd: number) => Math.round(microUsd / CENT_MICRO_USD);
  return Math.round((cents(amount) * cents(returnedGross)) / cents(gross)) * CENT_MICRO_USD;
}

/** What has to go back of what was charged so that so much of the credit goes with it: the way back of `netPart`. */
export function grossPart(net: number, { gross, amount }: { gross: number; amount: number }): number {
  const cents = (microUsd: number) => Math.round(microUsd / CENT_MICRO_USD);
  return Math.round((cents(gross) * cents(net)) / cents(amount)) * CENT_MICRO_USD;
}
