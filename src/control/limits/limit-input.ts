/** Limits as commands send them, checked (absent: leave as it is, null: unlimited), and as they are shown and told. */
import { z } from 'zod';
import type { BillingMode, Limits } from '../../link/words.ts';
import { AMOUNT_MICRO_USD_MAX, parseAmount } from '../amount.ts';
import { Problem } from '../problem.ts';

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

/** Limits as the admin API and pages show them: those that hold. */
export const shownLimits = (row: Required<LimitColumns>, billing: BillingMode) => ({
  rpm: row.requestsPerMinute,
  tpm: row.tokensPerMinute,
  concurrency: row.concurrency,
  budget_day_microusd: billing === 'off' ? null : row.budgetDay,
  budget_month_microusd: billing === 'off' ? null : row.budgetMonth,
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

/**
 * The columns that an input sets; what it does not mention is left out. Throws `Problem` 400 for a budget in money where
 * use has no price.
 */
export function limitColumns(input: LimitInput, billing: BillingMode): LimitColumns {
  if (billing === 'off' && (input.budget_day ?? input.budget_month ?? null) !== null) {
    throw new Problem(
      400,
      'no_prices_here',
      'Use has no price here ("billing": "off"), so a budget in US dollars would never be used up. Set one in tokens instead.',
    );
  }
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
