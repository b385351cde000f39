/** `x-ratelimit-*` (OpenAI's header names), for keys and accounts that are limited by the minute. */
import type { Limits, MeterKind } from '../link/words.ts';
import type { Meter } from './meters.ts';
import type { Key } from './snapshot.ts';

const MS_PER_SECOND = 1000;

/** The limit of one kind; null is unlimited, and a balance is none. */
export function limitOf(kind: MeterKind, limits: Limits): number | null {
  switch (kind) {
    case 'balance':
      return null;
    case 'concurrency':
      return limits.concurrency;
    case 'requests':
      return limits.requestsPerMinute;
    case 'tokens':
      return limits.tokensPerMinute;
    case 'day':
      return limits.budgetDay;
    case 'month':
      return limits.budgetMonth;
    case 'day_tokens':
      return limits.budgetDayTokens;
    case 'month_tokens':
      return limits.budgetMonthTokens;
  }
}

/** What is left a minute when this request has run, for keys that are limited by the minute (OpenAI's header names). */
export function rateHeaders(key: Key): string {
  const { requests, tokensPerMinute } = key.plan;
  return rateLines('requests', requests, key) + rateLines('tokens', tokensPerMinute, key);
}

/** Of a key's and its account's limit the one with less left. */
function rateLines(name: 'requests' | 'tokens', meters: readonly Meter[], key: Key): string {
  let limit = 0;
  let left = Number.POSITIVE_INFINITY;
  let resetMs = 0;
  for (const meter of meters) {
    const limits = meter.name.of === key.state.id ? key.state.limits : key.account.state.limits;
    const most = limitOf(meter.name.kind, limits) ?? 0;
    const remaining = meter.remaining();
    // Before control was asked for the first time in a window, all of it is left.
    const now = meter.windowEndsAt === 0 ? most : Math.min(most, remaining);
    if (now >= left) continue;
    limit = most;
    left = now;
    resetMs = meter.windowEndsAt === 0 ? 0 : Math.max(0, meter.windowEndsAt - Date.now());
  }
  if (left === Number.POSITIVE_INFINITY) return '';
  const after = Math.max(0, left - (name === 'requests' ? 1 : 0));
  const reset = Math.ceil(resetMs / MS_PER_SECOND);
  return `x-ratelimit-limit-${name}: ${limit}\r\nx-ratelimit-remaining-${name}: ${after}\r\nx-ratelimit-reset-${name}: ${reset}s\r\n`;
}
