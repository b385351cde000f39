/** Limits as commands send them, checked; absent: leave as it is, null: unlimited. */
import { z } from 'zod';
import { AMOUNT_MICRO_USD_MAX, parseAmount } from '../amount.ts';

const COUNT_MAX = 2 ** 31 - 1;
const CONCURRENCY_MAX = 1_000_000;

const count = (most: number) =>
  z
    .int(`must be a whole number from 0 to ${most}`)
    .min(0, 'must not be negative')
    .max(most, `must be at most ${most}`)
    .nullable()
    .optional();

/** A decimal amount in US dollars, as text, to micro-dollars. */
const dollars = z
  .string()
  .transform((text, context) => {
    const amount = parseAmount(text);
    if (amount !== null && amount >= 0 && amount <= AMOUNT_MICRO_USD_MAX) return amount;
    context.addIssue({
      code: 'custom',
      message: 'must be an amount in US dollars like 5.00, with at most 6 decimals',
    });
    return z.NEVER;
  })
  .nullable()
  .optional();

export const limitInput = z.strictObject({
  rpm: count(COUNT_MAX),
  tpm: count(COUNT_MAX),
  concurrency: count(CONCURRENCY_MAX),
  budget_day: dollars,
  budget_month: dollars,
});
export type LimitInput = z.infer<typeof limitInput>;

interface LimitColumns {
  requestsPerMinute?: number | null;
  tokensPerMinute?: number | null;
  concurrency?: number | null;
  budgetDay?: number | null;
  budgetMonth?: number | null;
}

/** The columns that an input sets; what it does not mention is left out. */
export function limitColumns(input: LimitInput): LimitColumns {
  return {
    ...(input.rpm !== undefined && { requestsPerMinute: input.rpm }),
    ...(input.tpm !== undefined && { tokensPerMinute: input.tpm }),
    ...(input.concurrency !== undefined && { concurrency: input.concurrency }),
    ...(input.budget_day !== undefined && { budgetDay: input.budget_day }),
    ...(input.budget_month !== undefined && { budgetMonth: input.budget_month }),
  };
}
