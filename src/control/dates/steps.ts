/** How long before something ends or renews its people are told. Pure. */

const DAY_MS = 86_400_000;

/** What ends by itself, and what renews by the month. */
export const ENDS: readonly number[] = [14, 3, 1];
/**
 * What renews by the year: the first falls in the window of 15 to 45 days before that California sets (Cal. Bus. & Prof.
 * Code § 17602(b)(2)); everybody gets it.
 */
export const RENEWS_YEARLY: readonly number[] = [30, 14, 3, 1];

/** Times in ms since 1970. */
export interface Span {
  /** When it was made, or renewed last. */
  readonly since: number;
  readonly at: number;
}

/**
 * The step that it is time for, in days before; null: none. Of several that have come meanwhile it is the latest. One that
 * lay before the thing itself is none: who makes a key for a day knows.
 */
export function stepAt({ since, at }: Span, days: readonly number[], now: number): number | null {
  if (now >= at) return null;
  const come = days.filter((day) => at - day * DAY_MS <= now && at - day * DAY_MS > since);
  return come.length === 0 ? null : Math.min(...come);
}
