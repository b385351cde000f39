/** Computes one answer on one sequence, token by token, and hands on its text as soon as it is certain. */
import type { LlamaContextSequence, LlamaGrammar, LlamaModel, Token } from 'node-llama-cpp';
import type { Sampling } from '../api/sampling.ts';
import { STEP_TOKENS } from './load.ts';
import type { PlacedLogprob } from './logprobs.ts';
import { sample } from './sample.ts';
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
