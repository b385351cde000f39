/** Windows of time that limits count in. Days and months are UTC; a minute starts with the first grant. */
import type { MeterKind } from '../../link/words.ts';

export const MINUTE_MS = 60_000;

export interface Window {
  /** Milliseconds since 1970; the end is not part of it. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What a meter without a running window has. */
export const NO_WINDOW: Window = { startsAt: 0, endsAt: 0 };

/** Meters that a record counts in from the moment that it is durable. */
export const BUDGETS = ['day', 'month', 'day_tokens', 'month_tokens'] as const satisfies readonly MeterKind[];
export type Budget = (typeof BUDGETS)[number];

/** The UTC day or month that `now` is in. */
export function budgetWindow(kind: Budget, now: number): Window {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (kind === 'month' || kind === 'month_tokens')
    return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
  const day = date.getUTCDate();
  return { startsAt: Date.UTC(year, month, day), endsAt: Date.UTC(year, month, day + 1) };
}

export const isBudget = (kind: MeterKind): kind is Budget => (BUDGETS as readonly MeterKind[]).includes(kind);
export const isMinute = (kind: MeterKind): kind is 'requests' | 'tokens' =>
  kind === 'requests' || kind === 'tokens';
