/**
 * Money. Amounts are whole micro-dollars (1 USD = 1,000,000 µUSD); prices are micro-dollars for a million
 * tokens. One function makes a price, so that gateway, ledger and pages cannot disagree.
 */

/** Micro-dollars for a million tokens of each kind; a kind without a price of its own has its parent's. */
export interface Prices {
  readonly prompt: number;
  /** Prompt tokens that the engine had cached. Parent: `prompt`. */
  readonly cached: number;
  readonly completion: number;
  /** Completion tokens spent on reasoning. Parent: `completion`. */
  readonly reasoning: number;
}

/** Token counts as OpenAI reports them: `cached` is part of `prompt`, `reasoning` is part of `completion`. */
export interface Tokens {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
}

const MILLION = 1_000_000;

/**
 * The price of a request in micro-dollars, rounded up once for the whole request.
 * Exact up to 2^53: counts are at most 2^31 and prices at most 2^21 by validation.
 */
export function priceOf(tokens: Tokens, prices: Prices): number {
  const plainPrompt = tokens.prompt - tokens.cached;
  const plainCompletion = tokens.completion - tokens.reasoning;
  const total =
    plainPrompt * prices.prompt +
    tokens.cached * prices.cached +
    plainCompletion * prices.completion +
    tokens.reasoning * prices.reasoning;
  return Math.ceil(total / MILLION);
}
