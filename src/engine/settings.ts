/** What the engine is told at its start: one JSON line on standard input, checked by the supervisor. */
export interface EngineSettings {
  /** A local socket (a stale one is the caller's to remove), or a TCP address for an engine that stands alone; port 0 takes any free one. */
  readonly listen: { readonly socket: string } | { readonly host: string; readonly port: number };
  /** The GGUF file that answers. */
  readonly modelPath: string;
  /** The name that clients give in `model`. */
  readonly modelName: string;
  /** Tokens of prompt and answer together that one request may use; at most what the model was trained for. */
  readonly context: number;
  /**
   * Requests computed at once. Each holds memory for a whole context, so null takes as many as fit a tenth of the
   * memory that is free, 8 at most.
   */
  readonly sequences: number | null;
  /** Requests that may wait for a sequence; further ones get 429. */
  readonly queueMax: number;
  /** A GGUF file for `/v1/embeddings`; null answers 404 there. */
  readonly embeddingModelPath: string | null;
  readonly embeddingModelName: string;
  /**
   * Processor threads; null takes every core but one, which the gateway needs. More threads than free cores make
   * llama.cpp many times slower, since its threads spin while they wait for each other.
   */
  readonly threads: number | null;
  /** Use a graphics processor where a build for it is installed; false computes on the processor. */
  readonly gpu: boolean;
  /** How long running answers may take to finish when the engine is stopped, in milliseconds. */
  readonly stopGraceMs: number;
}

export const ENGINE_DEFAULTS = {
  context: 8192,
  sequences: null,
  queueMax: 256,
  embeddingModelPath: null,
  embeddingModelName: 'embedding',
  threads: null,
  gpu: false,
  stopGraceMs: 30_000,
} as const satisfies Partial<EngineSettings>;
