/** The loaded model with its sequences and its queue: what the endpoints compute with. */
import { type Llama, LlamaGrammar, type Token } from 'node-llama-cpp';
import { ApiError, contextLengthExceeded, engineFailed } from '../api/api-error.ts';
import { grammarRefused } from '../grammar/grammars.ts';
import type { Report } from '../report.ts';
import type { EngineSettings } from '../settings.ts';
import { type AnswerEnd, type AnswerRequest, computeAnswer, type Emit } from './answer.ts';
import { ChatTemplate } from './chat-template.ts';
import { type Loaded, load } from './load.ts';
import { Slots } from './slots.ts';

export class Engine {
  readonly name: string;
  /** Unix seconds. */
  readonly created = Math.floor(Date.now() / 1000);
  readonly contextSize: number;
  readonly vocabulary: number;
  readonly template: ChatTemplate;
  readonly slots: Slots;
  /** Bytes of the longest token: a text cannot have fewer tokens than its bytes divided by this. */
  readonly #tokenBytesMax: number;
  readonly #loaded: Loaded;
  readonly #report: Report;

  private constructor(settings: EngineSettings, loaded: Loaded, report: Report) {
    this.name = settings.modelName;
    this.contextSize = loaded.contextSize;
    const { tokens } = loaded.model.fileInfo.metadata.tokenizer.ggml;
    this.vocabulary = tokens.length;
    this.#tokenBytesMax = tokens.reduce((most, token) => Math.max(most, Buffer.byteLength(token)), 1);
    this.template = new ChatTemplate(loaded.model);
    this.slots = new Slots(loaded.context, settings.queueMax);
    this.#loaded = loaded;
    this.#report = report;
  }

  /** Throws `EngineStartError`. */
  static async load(settings: EngineSettings, report: Report): Promise<Engine> {
    const started = Date.now();
    const loaded = await load(settings);
    report('model_loaded', { ms: Date.now() - started, bytes: loaded.model.size });
    return new Engine(settings, loaded, report);
  }

  /** The binding, for a second model in the same process. */
  get llama(): Llama {
    return this.#loaded.llama;
  }

  /** Text as tokens, as it stands: special tokens in it count as such. For `/v1/completions` only. */
  tokenize(text: string): Token[] {
    const { model } = this.#loaded;
    const tokens = model.tokenize(text, true);
    const { bos, shouldPrependBosToken } = model.tokens;
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    return tokens;
  }

  /** Refuses text that cannot fit, before the work of reading it: 400 `context_length_exceeded`. */
  refuseEndless(texts: readonly string[], param: string): void {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const tokens = Math.ceil(bytes / this.#tokenBytesMax);
    if (tokens > this.contextSize) throw contextLengthExceeded(this.contextSize, tokens, param, 'at least');
  }

  /** How long an answer to `prompt` may be. Throws 400 `context_length_exceeded` where there is no room for one. */
  room(prompt: readonly Token[], maxTokens: number | null, param: string): number {
    const left = this.contextSize - prompt.length;
    if (left < 1) throw contextLengthExceeded(this.contextSize, prompt.length, param);
    return Math.min(left, maxTokens ?? left);
  }

  /** Throws 400 where llama.cpp cannot use the grammar (one that never ends a rule, for one). */
  grammar(text: string | null, param: string): LlamaGrammar | null {
    if (text === null) return null;
    try {
      return new LlamaGrammar(this.#loaded.llama, { grammar: text });
    } catch {
      throw grammarRefused(param);
    }
  }

  /** Computes one answer as soon as a sequence is free. */
  async answer(request: AnswerRequest, emit: Emit): Promise<AnswerEnd> {
    const { model } = this.#loaded;
    try {
      return await this.slots.use(request.signal, (sequence) =>
        computeAnswer(model, sequence, request, emit),
      );
    } catch (error) {
      if (request.signal.aborted || error instanceof ApiError) throw error;
      this.#report('sequence_failed', {}, error);
      throw engineFailed();
    }
  }

  async dispose(): Promise<void> {
    await this.#loaded.context.dispose();
    await this.#loaded.model.dispose();
    await this.#loaded.llama.dispose();
  }
}
