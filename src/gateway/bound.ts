/** What a request can need at most, in tokens and in micro-dollars, and how much output a part of it allows. Pure. */
import { type Prices, priceOf } from '../link/price.ts';
import type { CatalogueModel } from '../link/words.ts';
import type { Key } from './snapshot.ts';

/**
 * Tokens that an engine's template may add to what the body holds (a default system prompt, a tool preamble); a token
 * is at least one byte, so body bytes and this bound the prompt.
 */
export const TEMPLATE_TOKENS_MAX = 512;

/** What a request can need at most. */
export interface Need {
  readonly key: Key;
  readonly model: CatalogueModel;
  readonly bodyBytes: number;
  /** One conversation, which cannot be longer than the context; not several prompts or inputs. */
  readonly single: boolean;
  /** Answers that the engine may compute. */
  readonly n: number;
  /** Output tokens for each answer that the client set; null when it set none. */
  readonly maxOutput: number | null;
}

/** The most that `need` can cost with `output` tokens for each answer, in micro-dollars. */
export class Bound {
  readonly prompt: number;
  readonly #n: number;
  readonly #worst: Prices;

  constructor(need: Need) {
    const { prompt, cached, completion, reasoning } = need.model.prices;
    const bytes = need.bodyBytes + TEMPLATE_TOKENS_MAX;
    this.prompt = need.single ? Math.min(bytes, need.model.context) : bytes;
    this.#n = need.n;
    const dearPrompt = Math.max(prompt, cached);
    const dearCompletion = Math.max(completion, reasoning);
    this.#worst = {
      prompt: dearPrompt,
      cached: dearPrompt,
      completion: dearCompletion,
      reasoning: dearCompletion,
    };
  }

  price(output: number): number {
    const tokens = { prompt: this.prompt, cached: 0, completion: this.#n * output, reasoning: 0 };
    return priceOf(tokens, this.#worst);
  }

  tokens(output: number): number {
    return this.prompt + this.#n * output;
  }

  /** The largest output that costs at most `price`; below 1 when not even one token fits. */
  outputForPrice(price: number): number {
    const perOutput = this.#n * this.#worst.completion;
    if (perOutput === 0) return this.price(0) <= price ? Number.MAX_SAFE_INTEGER : 0;
    return Math.floor((price * 1_000_000 - this.prompt * this.#worst.prompt) / perOutput);
  }

  outputForTokens(tokens: number): number {
    return Math.floor((tokens - this.prompt) / this.#n);
  }
}
