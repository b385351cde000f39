/** Amounts of money as people write them, in US dollars, from and to whole micro-dollars. No floats in between. */

const DECIMALS = 6;
/** Largest amount of one entry or limit: a thousand million dollars, far inside what adds up exactly. */
export const AMOUNT_MICRO_USD_MAX = 1_000_000_000_000_000;

/** Micro-dollars of a decimal like `25`, `25.00` or `-0.5`; null when it is none, too large or finer than 0.000001. */
export function parseAmount(text: string): number | null {
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (parts === null) return null;
  const [, sign, whole, fraction = ''] = parts;
  const amount = Number(`${whole}${fraction.padEnd(DECIMALS, '0')}`);
  if (amount > AMOUNT_MICRO_USD_MAX) return null;
  return sign === '-' && amount > 0 ? -amount : amount;
}

/** `25.00`, `-0.000001`: at least two decimals, no more than needed. */
export function formatAmount(microUsd: number): string {
  const digits = String(Math.abs(microUsd)).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,4}$/, '');
  return `${microUsd < 0 ? '-' : ''}${digits.slice(0, -DECIMALS)}.${fraction}`;
}
