/** Limits as commands send them, checked (absent: leave as it is, null: unlimited), and as they are shown and told. */
import { z } from 'zod';
import type { Limits } from '../../link/words.ts';
import { AMOUNT_MICRO_USD_MAX, parseAmount } from '../amount.ts';

const COUNT_MAX = 2 ** 31 - 1;
const CONCURRENCY_MAX = 1_000_000;
const BUDGET_TOKENS_MAX = 1e15;

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
  budget_day_tokens: count(BUDGET_TOKENS_MAX),
  budget_month_tokens: count(BUDGET_TOKENS_MAX),
});
export type LimitInput = z.infer<typeof limitInput>;

interface LimitColumns {
  requestsPerMinute?: number | null;
  tokensPerMinute?: number | null;
  concurrency?: number | null;
  budgetDay?: number | null;
  budgetMonth?: number | null;
  budgetDayTokens?: number | null;
  budgetMonthTokens?: number | null;
}

/** Limits as the admin API and pages show them. */
export const shownLimits = (row: Required<LimitColumns>) => ({
  rpm: row.requestsPerMinute,
  tpm: row.tokensPerMinute,
  concurrency: row.concurrency,
  budget_day_microusd: row.budgetDay,
  budget_month_microusd: row.budgetMonth,
  budget_day_tokens: row.budgetDayTokens,
  budget_month_tokens: row.budgetMonthTokens,
});

/** Limits as gateways are told them. */
export const toldLimits = (row: Required<LimitColumns>): Limits => ({
  requestsPerMinute: row.requestsPerMinute,
  tokensPerMinute: row.tokensPerMinute,
  concurrency: row.concurrency,
  budgetDay: row.budgetDay,
  budgetMonth: row.budgetMonth,
  budgetDayTokens: row.budgetDayTokens,
  budgetMonthTokens: row.budgetMonthTokens,
});

/** The columns that an input sets; what it does not mention is left out. */
export function limitColumns(input: LimitInput): LimitColumns {
  return {
    ...(input.rpm !== undefined && { requestsPerMinute: input.rpm }),
    ...(input.tpm !== undefined && { tokensPerMinute: input.tpm }),
    ...(input.concurrency !== undefined && { concurrency: input.concurrency }),
    ...(input.budget_day !== undefined && { budgetDay: input.budget_day }),
    ...(input.budget_month !== undefined && { budgetMonth: input.budget_month }),
    ...(input.budget_day_tokens !== undefined && { budgetDayTokens: input.budget_day_tokens }),
    ...(input.budget_month_tokens !== undefined && { budgetMonthTokens: input.budget_month_tokens }),
  };
}
