/** Numbers and days as people read them. */
const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });
const micro = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});
const whole = new Intl.NumberFormat('en-US');
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** US dollars. */
export const dollars = (amount: number): string => usd.format(amount);
/** To the micro-dollar. */
export const exactDollars = (amount: number): string => micro.format(amount);
export const count = (number: number): string => whole.format(number);
/** `2026-11-24` as 24 November 2026. */
export const dayOf = (date: string): string => day.format(new Date(`${date}T00:00:00Z`));

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
/** `2026-11-24T12:00:00.000Z` as 24 Nov 2026, 12:00; UTC. */
export const momentOf = (iso: string): string => moment.format(new Date(iso));

const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB'];
const size = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
/** 1,234,567 as 1.23 MB. */
export function bytesOf(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), SIZES.length - 1);
  return `${size.format(bytes / 1000 ** step)} ${SIZES[step]}`;
}

const MICRO = 1_000_000;
const exact = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 6,
});
/** Micro-dollars as US dollars, to the last digit. */
export const microDollars = (amount: number): string => exact.format(amount / MICRO);
