import type { ServerResponse } from 'node:http';
import type { Embedder } from '../model/embedder.ts';
import type { Engine } from '../model/engine.ts';

/** What an endpoint works with for one request. */
export interface Exchange {
  readonly engine: Engine;
  /** Null where no embedding model is configured. */
  readonly embedder: Embedder | null;
  readonly response: ServerResponse;
  /** Aborted when the client leaves or the engine stops. */
  readonly signal: AbortSignal;
}
