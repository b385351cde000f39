/**
 * Step 5: what did it cost? Makes the usage record, settles the reservation, and lets nobody hear the end of an answer
 * before control says that the record is durable. docs/metering.md says how each ending is charged.
 */
import { type Prices, priceOf, type Tokens } from '../link/price.ts';
import type { Ending, UsageRecord } from '../link/words.ts';
import { settle, settled } from './admit.ts';
import type { Exchange } from './exchange.ts';
import type { Services } from './services.ts';

export interface Measured {
  readonly tokens: Tokens;
  /** Counted by us because the engine said nothing. */
  readonly estimated: boolean;
  readonly ending: Ending;
}

/** Neither we nor the engine failed. */
const isCharged = ({ ending }: Measured): boolean => ending !== 'engine_lost' && ending !== 'timeout';

/** The price of a request in micro-dollars: never more than what it reserved, and nothing if we or the engine failed. */
export function charge(prices: Prices, measured: Measured, reserved: number): number {
  if (!isCharged(measured)) return 0;
  return Math.min(priceOf(measured.tokens, prices), reserved);
}

/**
 * Records what an exchange used. `told` hears once whether the record is durable in time; without it nobody waits, and
 * the record is delivered whenever control is back. Returns the price in micro-dollars.
 */
export function record(
  services: Services,
  exchange: Exchange,
  measured: Measured,
  told: ((durable: boolean) => void) | null,
): number {
  const { reservation, engine, request } = exchange;
  if (reservation === null || engine === null || request === null || exchange.recorded) return 0;
  exchange.recorded = true;
  const { tokens } = measured;
  const price = charge(exchange.model.prices, measured, reservation.price);
  const used = tokens.prompt + tokens.completion;
  settle(reservation, used, price);
  const usage: UsageRecord = {
    id: exchange.id,
    account: exchange.key.state.account,
    key: exchange.key.state.id,
    model: exchange.model.number,
    engine: engine.settings.number,
    endpoint: request.endpoint,
    startedAt: exchange.startedAt,
    durationMs: Date.now() - exchange.startedAt,
    firstByteMs: Math.max(0, exchange.firstByteAt - exchange.startedAt),
    promptTokens: tokens.prompt,
    cachedTokens: tokens.cached,
    completionTokens: tokens.completion,
    reasoningTokens: tokens.reasoning,
    images: 0,
    audioSeconds: 0,
    price,
    ending: measured.ending,
    estimated: measured.estimated,
    stream: request.stream,
  };
  services.metrics.used(exchange.model.number, tokens);
  const repeat = exchange.repeat;
  services.link.recorder.record(usage, told, (voided) => {
    settled(reservation, used, price);
    // Tokens, not the price: where use has none, budgets in tokens count a repeat once all the same.
    const before = used > 0 && isCharged(measured) && !voided ? repeat?.charged(usage.id) : null;
    if (before) services.link.recorder.void(before);
  });
  return price;
}
