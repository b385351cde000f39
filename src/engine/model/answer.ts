/** Computes one answer on one sequence, token by token, and hands on its text as soon as it is certain. */
import {
  type LlamaContextSequence,
  type LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from 'node-llama-cpp';
import type { Sampling } from '../api/sampling.ts';
import { choose, randomFrom } from './choose.ts';
import { STEP_TOKENS } from './load.ts';
import { beforeTemperature, type PlacedLogprob, placedLogprob } from './logprobs.ts';
import { StopStrings } from './stop-strings.ts';
import { TokenText } from './token-text.ts';

export interface AnswerRequest {
  readonly prompt: readonly Token[];
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  /** At least 1; prompt and this fit the context together. */
  readonly maxTokens: number;
  readonly grammar: LlamaGrammar | null;
  /** How many likeliest tokens to tell for each token; null tells no log probabilities. */
  readonly logprobs: number | null;
  readonly signal: AbortSignal;
}

/** A piece of an answer: text that is certain, and how many tokens the answer has so far. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
  readonly logprobs: readonly PlacedLogprob[];
}

/** Takes a piece; true ends the answer. A promise makes the computing wait (a slow reader). */
export type Emit = (piece: Piece) => boolean | Promise<boolean>;

export interface AnswerEnd {
  readonly reason: 'stop' | 'length';
  /** Tokens computed for the answer, without the token that ends it. */
  readonly tokens: number;
}

interface Sampled {
  readonly token: Token;
  readonly logprob: PlacedLogprob | null;
}

/** Rejects with the signal's reason when aborted: within one token, or one step of the prompt. */
export async function computeAnswer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  request: AnswerRequest,
  emit: Emit,
): Promise<AnswerEnd> {
  const rest = await readPrompt(sequence, request);
  const text = new TokenText(model);
  const stops = new StopStrings(request.stop);
  let logprobs: PlacedLogprob[] = [];
  let tokens = 0;
  let reason: AnswerEnd['reason'] = 'stop';
  for await (const { token, logprob } of sample(model, sequence, rest, request)) {
    request.signal.throwIfAborted();
    tokens++;
    if (logprob !== null) logprobs.push(logprob);
    const found = stops.push(text.push(token));
    if (found.text !== '') {
      const piece = { text: found.text, tokens, logprobs };
      logprobs = [];
      const ended = emit(piece);
      if (ended === true || (ended !== false && (await ended))) return { reason: 'stop', tokens };
    }
    if (found.stopped) return { reason: 'stop', tokens };
    if (tokens >= request.maxTokens) {
      reason = 'length';
      break;
    }
  }
  const last = stops.push(text.flush());
  const held = last.text + (last.stopped ? '' : stops.flush());
  if (held !== '' || logprobs.length > 0) await emit({ text: held, tokens, logprobs });
  return { reason: last.stopped ? 'stop' : reason, tokens };
}

/** Evaluates the prompt but for its last step, which the first token needs; ends between steps when aborted. */
async function readPrompt(sequence: LlamaContextSequence, request: AnswerRequest): Promise<Token[]> {
  let from = 0;
  for (; request.prompt.length - from > STEP_TOKENS; from += STEP_TOKENS) {
    await sequence.evaluateWithoutGeneratingNewTokens(request.prompt.slice(from, from + STEP_TOKENS));
    request.signal.throwIfAborted();
  }
  return request.prompt.slice(from);
}

function sample(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  prompt: Token[],
  request: AnswerRequest,
): AsyncGenerator<Sampled> {
  if (request.logprobs === null) return samplePlain(model, sequence, prompt, request);
  if (request.grammar === null) return sampleTelling(model, sequence, prompt, request, request.logprobs);
  return sampleTellingWithinGrammar(model, sequence, prompt, request, request.logprobs);
}

async function* samplePlain(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  prompt: Token[],
  request: AnswerRequest,
): AsyncGenerator<Sampled> {
  const said: Token[] = [];
  for await (const token of sequence.evaluate(prompt, optionsFor(model, request, said))) {
    said.push(token);
    yield { token, logprob: null };
  }
}

/** The model's own probabilities, before sampling settings; the token is chosen here. */
async function* sampleTelling(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  prompt: Token[],
  request: AnswerRequest,
  top: number,
): AsyncGenerator<Sampled> {
  const random = randomFrom(request.sampling.seed);
  const said = new Map<Token, number>();
  const tokens = sequence.evaluateWithMetadata(
    prompt,
    { probabilities: true },
    { temperature: 0, yieldEogToken: true },
  );
  for (let next = await tokens.next(); !next.done; ) {
    const { probabilities } = next.value;
    const token = choose(probabilities, said, request.sampling, random);
    if (model.isEogToken(token)) break;
    said.set(token, (said.get(token) ?? 0) + 1);
    yield { token, logprob: placedLogprob(model, token, probabilities, top) };
    next = await tokens.next(token);
  }
  await tokens.return();
}

/** Within a grammar llama.cpp must choose, so the probabilities are among what grammar and settings leave. */
async function* sampleTellingWithinGrammar(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  prompt: Token[],
  request: AnswerRequest,
  top: number,
): AsyncGenerator<Sampled> {
  const said: Token[] = [];
  const options = optionsFor(model, request, said);
  for await (const { token, probabilities } of sequence.evaluateWithMetadata(
    prompt,
    { probabilities: true },
    options,
  )) {
    said.push(token);
    const before = beforeTemperature(probabilities, request.sampling.temperature);
    yield { token, logprob: placedLogprob(model, token, before, top) };
  }
}

/** llama.cpp's settings; `said` is the list of the answer's tokens, which the caller keeps up to date. */
function optionsFor(model: LlamaModel, request: AnswerRequest, said: Token[]): SequenceEvaluateOptions {
  const { sampling, grammar } = request;
  const options: SequenceEvaluateOptions = {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    minP: sampling.minP,
    seed: sampling.seed,
  };
  if (sampling.repeatPenalty !== 1 || sampling.presencePenalty !== 0 || sampling.frequencyPenalty !== 0) {
    options.repeatPenalty = {
      punishTokens: () => said,
      maxPunishTokens: request.maxTokens,
      penalty: sampling.repeatPenalty,
      presencePenalty: sampling.presencePenalty,
      frequencyPenalty: sampling.frequencyPenalty,
    };
  }
  if (grammar !== null) options.grammarEvaluationState = new LlamaGrammarEvaluationState({ model, grammar });
  if (sampling.bias.size > 0) {
    const bias = TokenBias.for(model);
    for (const [token, logit] of sampling.bias) bias.set(token as Token, { logit });
    options.tokenBias = bias;
  }
  return options;
}
