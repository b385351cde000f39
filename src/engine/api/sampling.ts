/** How the next token is chosen: the parameters of OpenAI, vLLM and llama-server, under their names. */
import { invalid } from './api-error.ts';
import { type Body, readNumber, readObject, readWhole } from './fields.ts';

export interface Sampling {
  /** 0 always takes the likeliest token. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 keeps all tokens. */
  readonly topK: number;
  readonly minP: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  /** 1 is none. Counts the tokens of the answer, like the other two. */
  readonly repeatPenalty: number;
  /** Added to tokens' logits, by token number. */
  readonly bias: ReadonlyMap<number, number>;
  /** 32 bits; the same seed and request give the same answer. */
  readonly seed: number;
}

/** llama-server's defaults: a small model needs narrower choices than OpenAI's 1.0 of everything. */
const DEFAULTS = { temperature: 0.8, topP: 0.95, topK: 40, minP: 0.05 } as const;
const BIASES_MAX = 1024;
const BIAS_MAX = 100;
const SEED_BITS = 32;

export function readSampling(body: Body, vocabulary: number): Sampling {
  return {
    temperature: readNumber(body, 'temperature', 0, 2, DEFAULTS.temperature),
    topP: readNumber(body, 'top_p', 0, 1, DEFAULTS.topP),
    topK: Math.max(0, readWhole(body, 'top_k', -1, 1_000_000, DEFAULTS.topK)),
    minP: readNumber(body, 'min_p', 0, 1, DEFAULTS.minP),
    presencePenalty: readNumber(body, 'presence_penalty', -2, 2, 0),
    frequencyPenalty: readNumber(body, 'frequency_penalty', -2, 2, 0),
    repeatPenalty: readRepeatPenalty(body),
    bias: readBias(body, vocabulary),
    seed: readSeed(body),
  };
}

/** vLLM says `repetition_penalty`, llama-server `repeat_penalty`. */
function readRepeatPenalty(body: Body): number {
  const name = body.repetition_penalty === undefined ? 'repeat_penalty' : 'repetition_penalty';
  return readNumber(body, name, 0.01, 2, 1);
}

function readBias(body: Body, vocabulary: number): ReadonlyMap<number, number> {
  const given = Object.entries(readObject(body, 'logit_bias') ?? {});
  if (given.length > BIASES_MAX)
    throw invalid('logit_bias', `logit_bias may name at most ${BIASES_MAX} tokens.`);
  const bias = new Map<number, number>();
  for (const [name, value] of given) {
    const token = /^\d{1,9}$/.test(name) ? Number(name) : Number.NaN;
    if (!(token < vocabulary))
      throw invalid('logit_bias', 'logit_bias must be an object of token numbers to biases.');
    if (typeof value !== 'number' || !(Math.abs(value) <= BIAS_MAX)) {
      throw invalid('logit_bias', `A bias in logit_bias must be a number from -${BIAS_MAX} to ${BIAS_MAX}.`);
    }
    bias.set(token, value);
  }
  return bias;
}

function readSeed(body: Body): number {
  const seed = readWhole(body, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, null);
  if (seed === null || seed === -1) return Math.floor(Math.random() * 2 ** SEED_BITS);
  return Number(BigInt.asUintN(SEED_BITS, BigInt(seed)));
}
