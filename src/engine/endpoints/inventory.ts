/** `GET /v1/models` and `GET /health`. */
import { sendJson } from '../http/reply.ts';
import type { Embedder } from '../model/embedder.ts';
import type { Engine } from '../model/engine.ts';
import type { Exchange } from './context.ts';

/** `max_model_len` is vLLM's word for the context. */
export function models({ engine, embedder, response }: Exchange): void {
  const served: readonly (Engine | Embedder)[] = embedder === null ? [engine] : [engine, embedder];
  const data = served.map(({ name, contextSize }) => ({
    id: name,
    object: 'model',
    created: engine.created,
    owned_by: 'kept',
    max_model_len: contextSize,
  }));
  sendJson(response, 200, { object: 'list', data });
}

export function health({ engine, response }: Exchange): void {
  sendJson(response, 200, { status: 'ok', running: engine.slots.running, queued: engine.slots.queued });
}
