/**
 * Chooses a token from the model's own probabilities, as llama.cpp's chain does: bias, penalties, top-k, top-p,
 * min-p, temperature, chance. Used where a client asks for log probabilities, which must be those of the model,
 * before any of this; llama.cpp's chain only gives those after it.
 */
import type { Token } from 'node-llama-cpp';
import type { Sampling } from '../api/sampling.ts';

interface Candidate {
  readonly token: Token;
  logit: number;
}

/** Random numbers from 0 to 1 that depend on the seed only (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `said` counts the tokens of the answer so far; `random` gives the chance. */
export function choose(
  probabilities: ReadonlyMap<Token, number>,
  said: ReadonlyMap<Token, number>,
  sampling: Sampling,
  random: () => number,
): Token {
  const candidates = weigh(probabilities, said, sampling).sort((a, b) => b.logit - a.logit);
  if (sampling.temperature === 0) return candidates[0]!.token;
  const kept = narrow(candidates, sampling);
  const best = kept[0]!.logit;
  const weights = kept.map(({ logit }) => Math.exp((logit - best) / sampling.temperature));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left <= 0) return kept[i]!.token;
  }
  return kept[0]!.token;
}

function weigh(
  probabilities: ReadonlyMap<Token, number>,
  said: ReadonlyMap<Token, number>,
  sampling: Sampling,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [token, probability] of probabilities) {
    let logit = Math.log(probability) + (sampling.bias.get(token) ?? 0);
    const times = said.get(token) ?? 0;
    if (times > 0) {
      logit = logit <= 0 ? logit * sampling.repeatPenalty : logit / sampling.repeatPenalty;
      logit -= times * sampling.frequencyPenalty + sampling.presencePenalty;
    }
    candidates.push({ token, logit });
  }
  return candidates;
}

/** Top-k, then top-p, then min-p, each over what the one before left; at least one token stays. */
function narrow(sorted: readonly Candidate[], sampling: Sampling): readonly Candidate[] {
  let kept = sampling.topK > 0 ? sorted.slice(0, sampling.topK) : sorted;
  const best = kept[0]!.logit;
  if (sampling.topP < 1) {
    const weights = kept.map(({ logit }) => Math.exp(logit - best));
    const enough = weights.reduce((sum, weight) => sum + weight, 0) * sampling.topP;
    let sum = 0;
    const end = weights.findIndex((weight) => {
      sum += weight;
      return sum >= enough;
    });
    kept = kept.slice(0, end < 0 ? kept.length : end + 1);
  }
  if (sampling.minP > 0) {
    const least = best + Math.log(sampling.minP);
    kept = kept.filter(({ logit }) => logit >= least);
  }
  return kept;
}
