/** `POST /v1/embeddings`: where an embedding model is configured; 404 where none is. */
import { invalid, modelNotFound, unsupported } from '../api/api-error.ts';
import { type Body, readModel } from '../api/fields.ts';
import { sendJson } from '../http/reply.ts';
import type { Exchange } from './context.ts';
import { readTexts } from './texts.ts';

export async function embeddings(body: Body, { embedder, response, signal }: Exchange): Promise<void> {
  const name = readModel(body);
  if (embedder === null || name !== embedder.name) throw modelNotFound();
  const base64 = readsBase64(body);
  if ((body.dimensions ?? embedder.dimensions) !== embedder.dimensions) {
    throw unsupported('dimensions', `This model's vectors have ${embedder.dimensions} dimensions.`);
  }
  const data: unknown[] = [];
  let tokens = 0;
  for (const text of readTexts(body.input, 'input', embedder.vocabulary)) {
    if (text.length === 0) throw invalid('input', 'A text in input is empty.');
    signal.throwIfAborted();
    const found = await embedder.embed(text);
    tokens += found.tokens;
    const embedding = base64
      ? Buffer.from(Float32Array.from(found.vector).buffer).toString('base64')
      : found.vector;
    data.push({ object: 'embedding', index: data.length, embedding });
  }
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  sendJson(response, 200, { object: 'list', data, model: embedder.name, usage });
}

function readsBase64(body: Body): boolean {
  const format = body.encoding_format ?? 'float';
  if (format !== 'float' && format !== 'base64') {
    throw invalid('encoding_format', 'encoding_format must be float or base64.');
  }
  return format === 'base64';
}
