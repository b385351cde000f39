/** Log probabilities in OpenAI's form. */
import type { LlamaModel, Token } from 'node-llama-cpp';

/** One token and how likely it was. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /** Null for a token that holds only a part of a character. */
  readonly bytes: readonly number[] | null;
}

export interface PlacedLogprob extends TokenLogprob {
  readonly top_logprobs: readonly TokenLogprob[];
}

/** OpenAI's value for tokens that are too unlikely to tell. */
const LEAST = -9999;

const logOf = (probability: number): number => Math.max(LEAST, Math.log(probability));

/** `probabilities` sorted from the likeliest on; `top` of them are told besides the token's own. */
export function placedLogprob(
  model: LlamaModel,
  token: Token,
  probabilities: ReadonlyMap<Token, number>,
  top: number,
): PlacedLogprob {
  const likeliest: TokenLogprob[] = [];
  for (const [other, probability] of probabilities) {
    if (likeliest.length === top) break;
    likeliest.push(told(model, other, logOf(probability)));
  }
  return { ...told(model, token, logOf(probabilities.get(token) ?? 0)), top_logprobs: likeliest };
}

/**
 * Probabilities after a temperature, as before it: p^T, made to sum to 1 again. Those that the sampling settings or
 * a grammar excluded stay excluded.
 */
export function beforeTemperature(
  probabilities: ReadonlyMap<Token, number>,
  temperature: number,
): Map<Token, number> {
  const power = temperature === 0 ? 1 : temperature;
  let sum = 0;
  const raised = new Map<Token, number>();
  for (const [token, probability] of probabilities) {
    const weight = probability ** power;
    raised.set(token, weight);
    sum += weight;
  }
  for (const [token, weight] of raised) raised.set(token, weight / sum);
  return raised;
}

function told(model: LlamaModel, token: Token, logprob: number): TokenLogprob {
  const text = model.detokenize([token], true);
  return { token: text, logprob, bytes: text.includes('\uFFFD') ? null : [...Buffer.from(text)] };
}
