/** `POST /v1/completions`: continues text as it stands, without a chat template. */
import type { Token } from 'node-llama-cpp';
import { invalid, modelNotFound, unsupported } from '../api/api-error.ts';
import { type Body, readFlag, readModel, readWhole } from '../api/fields.ts';
import { type Output, readOutput } from '../api/output.ts';
import { readResponseFormat, SCHEMA_PARAM } from '../api/response-format.ts';
import { readSampling } from '../api/sampling.ts';
import { grammarOfFormat } from '../grammar/grammars.ts';
import { EventStream, sendJson } from '../http/reply.ts';
import type { AnswerEnd, AnswerRequest, Piece } from '../model/answer.ts';
import type { Engine } from '../model/engine.ts';
import type { PlacedLogprob } from '../model/logprobs.ts';
import { answerAll, type Hearer } from './answers.ts';
import { newId } from './chat.ts';
import type { Exchange } from './context.ts';
import { readTexts } from './texts.ts';
import type { Usage } from './usage.ts';

/** OpenAI's default for this endpoint. */
const TOKENS_DEFAULT = 16;
const LOGPROBS_MAX = 5;
/** Prompts times answers in one request at most. */
const ANSWERS_MAX = 32;

interface Head {
  readonly id: string;
  readonly object: 'text_completion';
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
}

export async function completions(body: Body, exchange: Exchange): Promise<void> {
  const { engine, response, signal } = exchange;
  if (readModel(body) !== engine.name) throw modelNotFound();
  refuseUnsupported(body);
  const output = readOutput(body, TOKENS_DEFAULT);
  const prompts = readPrompts(body, engine);
  const answers = readAnswers(body, engine, prompts, output, signal);
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  const created = Math.floor(Date.now() / 1000);
  const head: Head = { id: newId('cmpl'), object: 'text_completion', created, model: engine.name };
  if (!output.stream) {
    const texts = new CompletionTexts(answers);
    const usage = await answerAll(engine, answers, promptTokens, texts);
    sendJson(response, 200, { ...head, choices: texts.choices, usage });
    return;
  }
  const events = new EventStream(response);
  try {
    const usage = await answerAll(
      engine,
      answers,
      promptTokens,
      new CompletionStream(head, output, answers, events),
    );
    if (output.includeUsage) events.send({ ...head, choices: [], usage });
    events.done();
  } catch (error) {
    if (!response.headersSent) throw error;
    events.fail(error);
  }
}

function readPrompts(body: Body, engine: Engine): Token[][] {
  const given = body.prompt;
  if (given === undefined || given === null) throw invalid('prompt', 'You must give a prompt.');
  const texts = readTexts(given, 'prompt', engine.vocabulary);
  engine.refuseEndless(
    texts.filter((text) => typeof text === 'string'),
    'prompt',
  );
  return texts.map((text) => {
    const tokens = typeof text === 'string' ? engine.tokenize(text) : (text as Token[]);
    if (tokens.length === 0) throw invalid('prompt', 'A prompt must hold at least one token.');
    return tokens;
  });
}

function readAnswers(
  body: Body,
  engine: Engine,
  prompts: readonly Token[][],
  output: Output,
  signal: AbortSignal,
): AnswerRequest[] {
  if (prompts.length * output.n > ANSWERS_MAX) {
    throw invalid('n', `One request may have at most ${ANSWERS_MAX} answers, over all prompts.`);
  }
  const sampling = readSampling(body, engine.vocabulary);
  const shared = {
    stop: output.stop,
    grammar: engine.grammar(grammarOfFormat(readResponseFormat(body)), SCHEMA_PARAM),
    logprobs: readWhole(body, 'logprobs', 0, LOGPROBS_MAX, null),
    signal,
  };
  return prompts.flatMap((prompt) =>
    Array.from({ length: output.n }, (_, choice) => ({
      ...shared,
      prompt,
      sampling: { ...sampling, seed: (sampling.seed + choice) >>> 0 },
      maxTokens: engine.room(prompt, output.maxTokens, 'prompt'),
    })),
  );
}

function refuseUnsupported(body: Body): void {
  if (readFlag(body, 'echo', false))
    throw unsupported('echo', 'echo is not supported: put the prompt before the answer yourself.');
  if (body.suffix !== undefined && body.suffix !== null) {
    throw unsupported('suffix', 'suffix is not supported: this model continues text, it does not fill gaps.');
  }
  const best = body.best_of ?? null;
  if (best !== null && best !== (body.n ?? 1))
    throw unsupported('best_of', 'best_of is not supported: use n.');
}

/** Log probabilities in the form of this endpoint. `offset`: characters of the answer before the first token. */
function legacyLogprobs(entries: readonly PlacedLogprob[], offset: number) {
  let at = offset;
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map(({ top_logprobs: top }) =>
      Object.fromEntries(top.map((t) => [t.token, t.logprob])),
    ),
    text_offset: entries.map(({ token }) => {
      const here = at;
      at += token.length;
      return here;
    }),
  };
}

/** Gathers the answers for one reply. */
class CompletionTexts implements Hearer {
  readonly #found: { text: string; logprobs: PlacedLogprob[] | null; finish: AnswerEnd['reason'] }[];

  constructor(answers: readonly AnswerRequest[]) {
    this.#found = answers.map(({ logprobs }) => ({
      text: '',
      logprobs: logprobs === null ? null : [],
      finish: 'stop',
    }));
  }

  hear(index: number, piece: Piece): boolean {
    const found = this.#found[index]!;
    found.text += piece.text;
    found.logprobs?.push(...piece.logprobs);
    return false;
  }

  end(index: number, end: AnswerEnd): void {
    this.#found[index]!.finish = end.reason;
  }

  get choices(): unknown[] {
    return this.#found.map(({ text, logprobs, finish }, index) => ({
      index,
      text,
      logprobs: logprobs === null ? null : legacyLogprobs(logprobs, 0),
      finish_reason: finish,
    }));
  }
}

/** Writes the answers as chunks, as they come. */
class CompletionStream implements Hearer {
  readonly #head: Head;
  readonly #output: Output;
  readonly #events: EventStream;
  readonly #choices: { readonly logprobs: boolean; written: number }[];

  constructor(head: Head, output: Output, answers: readonly AnswerRequest[], events: EventStream) {
    this.#head = head;
    this.#output = output;
    this.#events = events;
    this.#choices = answers.map(({ logprobs }) => ({ logprobs: logprobs !== null, written: 0 }));
  }

  async hear(index: number, piece: Piece, usage: Usage): Promise<boolean> {
    const choice = this.#choices[index]!;
    const logprobs = choice.logprobs ? legacyLogprobs(piece.logprobs, choice.written) : null;
    choice.written += piece.text.length;
    await this.#send({ index, text: piece.text, logprobs, finish_reason: null }, usage);
    return false;
  }

  async end(index: number, end: AnswerEnd, usage: Usage): Promise<void> {
    await this.#send({ index, text: '', logprobs: null, finish_reason: end.reason }, usage);
  }

  #send(choice: object, usage: Usage): void | Promise<void> {
    const chunk = { ...this.#head, choices: [choice] };
    if (this.#output.continuousUsage) return this.#events.send({ ...chunk, usage });
    if (this.#output.includeUsage) return this.#events.send({ ...chunk, usage: null });
    return this.#events.send(chunk);
  }
}
