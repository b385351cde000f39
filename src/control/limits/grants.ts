/**
 * How much a gateway gets that asks for `need` units: at least that, and a chunk more, so that it need not ask for
 * every request. What several gateways hold and do not use is refused to the others for a moment; it is never more
 * than these chunks say or what its requests took in the last second; the rest is given back every second, where
 * there is more than one gateway.
 */
import type { MeterKind } from '../../link/words.ts';
import { isBudget } from './windows.ts';

/** Balance and budgets: a quarter of what is left, at most so many micro-dollars (0.25 USD) or tokens. */
const LEASE_CHUNK_SHARE = 4;
const LEASE_CHUNK_MAX = 250_000;
/** Requests and tokens a minute, and slots: a sixteenth of the limit. */
const LEASE_CHUNK_COUNT_SHARE = 16;

/** Units to grant out of `available` of a limit of `limit`: 0 when `need` does not fit. */
export function grantUnits(kind: MeterKind, limit: number, available: number, need: number): number {
  if (available <= 0 || need > available) return 0;
  const chunk =
    kind === 'balance' || isBudget(kind)
      ? Math.min(Math.floor(available / LEASE_CHUNK_SHARE), LEASE_CHUNK_MAX)
      : Math.ceil(limit / LEASE_CHUNK_COUNT_SHARE);
  return Math.min(available, Math.max(need, chunk));
}
