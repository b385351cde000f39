/** Vectors of texts, by an embedding model of its own. */
import type { Llama, LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { contextLengthExceeded } from '../api/api-error.ts';
import { loadModel } from './load.ts';

export interface Embedding {
  /** Of length 1. */
  readonly vector: readonly number[];
  readonly tokens: number;
}

/** Tokens of one text at most, also where the model takes more: a text is computed in one step. */
const CONTEXT_MAX = 2048;

export class Embedder {
  readonly name: string;
  readonly contextSize: number;
  readonly dimensions: number;
  readonly vocabulary: number;
  readonly #model: LlamaModel;
  readonly #context: LlamaEmbeddingContext;

  private constructor(name: string, model: LlamaModel, context: LlamaEmbeddingContext, contextSize: number) {
    this.name = name;
    this.contextSize = contextSize;
    this.dimensions = model.embeddingVectorSize;
    this.vocabulary = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
    this.#model = model;
    this.#context = context;
  }

  /** Throws `EngineStartError`. */
  static async load(llama: Llama, name: string, path: string): Promise<Embedder> {
    const model = await loadModel(llama, path);
    const contextSize = Math.min(CONTEXT_MAX, model.trainContextSize);
    const context = await model.createEmbeddingContext({ contextSize, batchSize: contextSize });
    return new Embedder(name, model, context, contextSize);
  }

  /** Throws 400 `context_length_exceeded`. */
  async embed(text: string | readonly number[]): Promise<Embedding> {
    const tokens = typeof text === 'string' ? this.#model.tokenize(text) : (text as Token[]);
    const length = this.#context.calculateInputLength([...tokens]);
    if (length >= this.contextSize) throw contextLengthExceeded(this.contextSize - 1, length, 'input');
    const { vector } = await this.#context.getEmbeddingFor([...tokens]);
    const size = Math.hypot(...vector) || 1;
    return { vector: vector.map((x) => x / size), tokens: length };
  }

  async dispose(): Promise<void> {
    await this.#context.dispose();
    await this.#model.dispose();
  }
}
