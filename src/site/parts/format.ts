/** Numbers and days as people read them. */
const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });
const whole = new Intl.NumberFormat('en-US');
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** US dollars. */
export const dollars = (amount: number): string => usd.format(amount);
export const count = (number: number): string => whole.format(number);
/** `2026-11-24` as 24 November 2026. */
export const dayOf = (date: string): string => day.format(new Date(`${date}T00:00:00Z`));
