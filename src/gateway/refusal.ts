/** What a client is told when a limit does not allow its request: whose limit, by how much, and when it resets. */
import { ApiError } from './api/errors.ts';
import type { Bound, Need } from './bound.ts';
import type { Meter } from './meters.ts';

const MS_PER_SECOND = 1000;

export function refusal(meter: Meter, needed: number, need: Need, bound: Bound): ApiError {
  const { kind } = meter.name;
  const left = Math.max(0, meter.remaining());
  const fits = Math.max(0, bound.outputForPrice(left));
  if (kind === 'balance') {
    return new ApiError('insufficient_quota', {
      numbers: { balance_microusd: left, estimate_microusd: needed, fits_output_tokens: fits },
    });
  }
  const waitMs = meter.windowEndsAt === 0 ? MS_PER_SECOND : Math.max(0, meter.windowEndsAt - Date.now());
  const retryAfter = Math.ceil(waitMs / MS_PER_SECOND);
  const resets = {
    resets_at: Math.ceil((Date.now() + waitMs) / MS_PER_SECOND),
    retry_after_seconds: retryAfter,
  };
  const of = meter.name.of === need.key.state.id ? 'key' : 'account';
  if (kind === 'day' || kind === 'month') {
    const money = { limit_microusd: meter.limit, left_microusd: left, estimate_microusd: needed };
    return new ApiError('budget_exceeded', {
      words: { window: kind, of },
      numbers: { ...money, fits_output_tokens: fits, ...resets },
      retryAfter,
    });
  }
  if (kind === 'day_tokens' || kind === 'month_tokens') {
    return new ApiError('token_budget_exceeded', {
      words: { window: kind === 'day_tokens' ? 'day' : 'month', of },
      numbers: {
        limit: meter.limit,
        left,
        requested_tokens: needed,
        fits_output_tokens: Math.max(0, bound.outputForTokens(left)),
        ...resets,
      },
      retryAfter,
    });
  }
  return new ApiError('rate_limit_exceeded', {
    words: { limited: kind, of },
    numbers: { limit: meter.limit, left, ...resets },
    retryAfter,
  });
}
