/** The options that set limits, the same for accounts and keys. Checked by the instance, which knows the bounds. */
import { type Command, Option } from 'commander';
import { formatAmount } from '../../control/amount.ts';
import { CommandError } from './admin-client.ts';
import { isPriced } from './running.ts';

export interface LimitOptions {
  rpm?: string;
  tpm?: string;
  concurrency?: string;
  budgetDay?: string;
  budgetMonth?: string;
  tokensDay?: string;
  tokensMonth?: string;
}

/** The word that takes a limit away. */
const NONE = 'none';

export const withLimits = (command: Command): Command =>
  command
    .option('--rpm <n>', 'requests a minute, or none')
    .option('--tpm <n>', 'tokens a minute, or none')
    .option('--concurrency <n>', 'requests at the same time, or none')
    .addOption(inMoney('--budget-day <usd>', 'US dollars a day (UTC), like 5.00, or none'))
    .addOption(inMoney('--budget-month <usd>', 'US dollars a month (UTC), or none'))
    .option('--tokens-day <n>', 'tokens a day (UTC), or none')
    .option('--tokens-month <n>', 'tokens a month (UTC), or none');

/** Refused by an instance where use has no price, and not in its help. */
const inMoney = (flags: string, description: string): Option =>
  new Option(flags, description).hideHelp(!isPriced());

/** The options as the admin API takes them; what is not given stays out. */
export function limitBody(options: LimitOptions): Record<string, number | string | null> {
  const { rpm, tpm, concurrency, budgetDay, budgetMonth, tokensDay, tokensMonth } = options;
  return {
    ...(rpm !== undefined && { rpm: countOrNone('--rpm', rpm) }),
    ...(tpm !== undefined && { tpm: countOrNone('--tpm', tpm) }),
    ...(concurrency !== undefined && { concurrency: countOrNone('--concurrency', concurrency) }),
    ...(budgetDay !== undefined && { budget_day: budgetDay === NONE ? null : budgetDay }),
    ...(budgetMonth !== undefined && { budget_month: budgetMonth === NONE ? null : budgetMonth }),
    ...(tokensDay !== undefined && { budget_day_tokens: countOrNone('--tokens-day', tokensDay) }),
    ...(tokensMonth !== undefined && { budget_month_tokens: countOrNone('--tokens-month', tokensMonth) }),
  };
}

function countOrNone(option: string, text: string): number | null {
  if (text === NONE) return null;
  if (!/^\d{1,15}$/.test(text))
    throw new CommandError(`${option} must be a whole number or none, not “${text}”.`);
  return Number(text);
}

/** Limits as the admin API shows them. */
export interface ShownLimits {
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly concurrency: number | null;
  readonly budget_day_microusd: number | null;
  readonly budget_month_microusd: number | null;
  readonly budget_day_tokens: number | null;
  readonly budget_month_tokens: number | null;
}

/** Limits in one line for people. */
export function limitLine(limits: ShownLimits): string {
  const parts = [
    limits.rpm === null ? null : `${limits.rpm} requests a minute`,
    limits.tpm === null ? null : `${limits.tpm} tokens a minute`,
    limits.concurrency === null ? null : `${limits.concurrency} at once`,
    limits.budget_day_microusd === null ? null : `${formatAmount(limits.budget_day_microusd)} USD a day`,
    limits.budget_month_microusd === null
      ? null
      : `${formatAmount(limits.budget_month_microusd)} USD a month`,
    limits.budget_day_tokens === null ? null : `${limits.budget_day_tokens} tokens a day`,
    limits.budget_month_tokens === null ? null : `${limits.budget_month_tokens} tokens a month`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
