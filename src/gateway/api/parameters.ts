/**
 * Reads the body of a request: a parsed JSON value in, a checked request out. Unknown parameters are left out, since
 * clients send new ones before we know them; a known one with a wrong value is refused with its name. What goes on to
 * an engine is made from the result alone (`upstream.ts`), so that what was checked is what is sent.
 */
import type { Endpoint } from '../../link/words.ts';
import { ApiError } from './errors.ts';
import { invalid, isObject, type JsonObject, missing } from './parameters/parameter.ts';
import { readProvider } from './parameters/provider.ts';
import type { ApiRequest } from './parameters/request.ts';
import { checkSize } from './parameters/size.ts';
import { TABLES } from './parameters/tables.ts';

export type { ProviderWish } from './parameters/provider.ts';
export type { ApiRequest } from './parameters/request.ts';
export { upstreamBody } from './upstream.ts';

/** Answers to one prompt, at most. */
export const ANSWERS_MAX = 128;
/** An output limit is at most this many tokens; the model's own is smaller. */
export const OUTPUT_TOKENS_MAX = 10_000_000;
/** A model's name is at most this long; it is only looked up, never repeated. */
export const MODEL_CHARS_MAX = 256;

export type ChatRequest = ApiRequest;

/** `POST /v1/chat/completions`. Throws `ApiError`. */
export function readChat(body: unknown): ChatRequest {
  return read('chat', body, 'messages');
}

/** `POST /v1/completions`. Throws `ApiError`. */
export function readCompletion(body: unknown): ApiRequest {
  return read('completions', body, 'prompt');
}

/** `POST /v1/embeddings`. Throws `ApiError`. */
export function readEmbedding(body: unknown): ApiRequest {
  return read('embeddings', body, 'input');
}

function read(endpoint: Endpoint, body: unknown, required: 'messages' | 'prompt' | 'input'): ApiRequest {
  if (!isObject(body)) throw new ApiError('invalid_json');
  checkSize(body);
  if (body.store != null && body.store !== false) throw new ApiError('store_refused', { param: 'store' });
  const model = readModel(body.model);
  if (body[required] == null) throw missing(required);
  const provider = readProvider(body.provider);
  const params = readParams(endpoint, body);
  const generates = endpoint !== 'embeddings';
  const n = generates ? (readCount(body, 'n', 1, ANSWERS_MAX) ?? 1) : 1;
  const stream = generates && readFlag(body.stream);
  const wish = stream ? readStreamOptions(body.stream_options) : NO_STREAM_OPTIONS;
  return {
    endpoint,
    model,
    stream,
    includeUsage: wish.includeUsage,
    continuousUsage: wish.continuousUsage,
    n,
    answers: Math.max(n, (params.best_of as number | undefined) ?? 1) * promptsIn(params.prompt),
    maxOutput: generates ? readMaxOutput(body) : null,
    provider,
    params,
  };
}

function readParams(endpoint: Endpoint, body: JsonObject): JsonObject {
  const table = TABLES[endpoint];
  const params: Record<string, unknown> = {};
  for (const name in body) {
    const known = table.get(name);
    if (known === undefined) continue;
    const value = body[name];
    // OpenAI's clients send null for "not set".
    if (value !== null) params[known.name] = known.read(value);
  }
  return params;
}

function readModel(value: unknown): string {
  if (value == null) throw missing('model');
  if (typeof value !== 'string' || value.length === 0 || value.length > MODEL_CHARS_MAX)
    throw invalid('model');
  return value;
}

function readFlag(value: unknown): boolean {
  if (value == null) return false;
  if (typeof value !== 'boolean') throw invalid('stream');
  return value;
}

function readCount(
  body: JsonObject,
  name: 'n' | 'max_tokens' | 'max_completion_tokens',
  least: number,
  most: number,
): number | null {
  const value = body[name];
  if (value == null) return null;
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) throw invalid(name);
  return value as number;
}

/** Of the old and the new name the smaller: no client is charged for more than it allowed. */
function readMaxOutput(body: JsonObject): number | null {
  const old = readCount(body, 'max_tokens', 1, OUTPUT_TOKENS_MAX);
  const current = readCount(body, 'max_completion_tokens', 1, OUTPUT_TOKENS_MAX);
  if (old === null || current === null) return current ?? old;
  return Math.min(old, current);
}

const NO_STREAM_OPTIONS = { includeUsage: false, continuousUsage: false };

function readStreamOptions(value: unknown): typeof NO_STREAM_OPTIONS {
  if (value == null) return NO_STREAM_OPTIONS;
  if (!isObject(value)) throw invalid('stream_options');
  const includeUsage = value.include_usage ?? false;
  const continuousUsage = value.continuous_usage_stats ?? false;
  if (typeof includeUsage !== 'boolean' || typeof continuousUsage !== 'boolean')
    throw invalid('stream_options');
  return { includeUsage, continuousUsage: includeUsage && continuousUsage };
}

/** How many prompts a completion has: a list of texts or of lists of token ids is one for each. */
function promptsIn(prompt: unknown): number {
  if (!Array.isArray(prompt) || prompt.length === 0 || typeof prompt[0] === 'number') return 1;
  return prompt.length;
}
