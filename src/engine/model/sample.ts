/** Tokens as they are chosen, one after the other, with their log probabilities where those are asked for. */
import {
  type LlamaContextSequence,
  LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from 'node-llama-cpp';
import type { AnswerRequest } from './answer.ts';
import { choose, randomFrom } from './choose.ts';
import { beforeTemperature, type PlacedLogprob, placedLogprob } from './logprobs.ts';

export interface Sampled {
  readonly token: Token;
  readonly logprob: PlacedLogprob | null;
}

/** Ends with the token that ends the answer, which is not given out. `prompt` is what is not yet evaluated of it. */
export function sample(
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
