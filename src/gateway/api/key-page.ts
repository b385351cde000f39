/** `GET /v1/key`: what the key may do, what is left of it, and when it resets. */
import type { Id } from '../../link/ids.ts';
import type { MeterKind } from '../../link/words.ts';

/** One limit and its state. `balance`, `day` and `month` are micro-dollars, all others counts. */
export interface LimitFacts {
  readonly of: 'key' | 'account';
  readonly kind: MeterKind;
  /** Null is unlimited. */
  readonly limit: number | null;
  /** Null where it is not known, or where there is no limit. */
  readonly left: number | null;
  /** Milliseconds since 1970, UTC; 0 where nothing resets. */
  readonly resetsAt: number;
}

export interface KeyFacts {
  readonly key: Id;
  readonly account: Id;
  /** Milliseconds since 1970, UTC; null never. */
  readonly expiresAt: number | null;
  /** Names of the allowed models; null is all. */
  readonly models: readonly string[] | null;
  /** Allowed networks in CIDR notation; null is all. */
  readonly networks: readonly string[] | null;
  readonly limits: readonly LimitFacts[];
}

const MONEY: ReadonlySet<MeterKind> = new Set<MeterKind>(['balance', 'day', 'month']);

/** The body of `GET /v1/key`. */
export function keyBody(facts: KeyFacts): string {
  return JSON.stringify({
    object: 'key',
    id: `key_${facts.key}`,
    account: `acct_${facts.account}`,
    expires_at: isoTime(facts.expiresAt),
    models: facts.models,
    networks: facts.networks,
    limits: facts.limits.map((limit) => ({
      of: limit.of,
      limited: limit.kind,
      unit: unitOf(limit.kind),
      limit: limit.limit,
      left: limit.left,
      resets_at: isoTime(limit.resetsAt === 0 ? null : limit.resetsAt),
    })),
  });
}

function unitOf(kind: MeterKind): string {
  if (MONEY.has(kind)) return 'microusd';
  if (kind === 'day_tokens' || kind === 'month_tokens') return 'tokens';
  return kind === 'concurrency' ? 'requests_at_once' : `${kind}_per_minute`;
}

const isoTime = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
