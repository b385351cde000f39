/** Writes the body that an engine gets: from a checked request and our own values, nothing else. */
import type { Endpoint } from '../../link/words.ts';
import type { Dialect } from '../settings.ts';
import type { ApiRequest } from './parameters/request.ts';
import { TABLES } from './parameters/tables.ts';

export interface UpstreamOptions {
  /** The output limit to set instead of the client's, in tokens for each answer. */
  readonly maxOutput?: number | undefined;
  /** Ask for usage in every chunk of a stream, where the dialect knows how. */
  readonly continuousUsage: boolean;
  /** Keeps one account's prefix cache apart from all others' (CVE-2025-46570). */
  readonly cacheSalt?: string | undefined;
}

/** Dialects that can report usage in every chunk. */
const CONTINUOUS: ReadonlySet<Dialect> = new Set<Dialect>(['kept', 'vllm', 'sglang']);
/** Dialects that keep prefix caches apart by a salt. */
const SALTED: ReadonlySet<Dialect> = new Set<Dialect>(['kept', 'vllm', 'sglang']);
/** Dialects that would ignore `n`; they give one answer. */
const WITHOUT_N: ReadonlySet<Dialect> = new Set<Dialect>(['ollama']);

/** What the dialect calls the output limit. OpenAI's newer chat models refuse the old name, other engines lack the new one. */
function outputLimitName(dialect: Dialect, endpoint: Endpoint): 'max_tokens' | 'max_completion_tokens' {
  return dialect === 'openai' && endpoint === 'chat' ? 'max_completion_tokens' : 'max_tokens';
}

/** The JSON for an engine that knows the model as `upstreamModel`. */
export function upstreamBody(
  request: ApiRequest,
  dialect: Dialect,
  upstreamModel: string,
  options: UpstreamOptions,
): string {
  const table = TABLES[request.endpoint];
  // Put together as text: cheaper than to make an object of ever changing shape and write that.
  let body = `{"model":${JSON.stringify(upstreamModel)}`;
  for (const name in request.params) {
    const sentAs = table.get(name)?.sentAs[dialect];
    // Of two names for one thing the engine's own is sent: each name stands once.
    if (sentAs === undefined || (sentAs !== name && sentAs in request.params)) continue;
    body += member(sentAs, request.params[name]);
  }
  if (request.endpoint !== 'embeddings') body += generation(request, dialect, options);
  if (options.cacheSalt !== undefined && SALTED.has(dialect)) body += member('cache_salt', options.cacheSalt);
  // llama-server cannot keep accounts apart, so that nothing is reused at all.
  if (dialect === 'llama-server' && request.endpoint !== 'embeddings') body += member('cache_prompt', false);
  return `${body}}`;
}

/** One member after others; `name` is a word of ours. A value that is undefined is left out, as `JSON.stringify` does. */
function member(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text === undefined ? '' : `,"${name}":${text}`;
}

function generation(request: ApiRequest, dialect: Dialect, options: UpstreamOptions): string {
  let members = '';
  const maxOutput = options.maxOutput ?? request.maxOutput;
  if (maxOutput !== null) members += member(outputLimitName(dialect, request.endpoint), maxOutput);
  if (request.n !== 1 && !WITHOUT_N.has(dialect)) members += member('n', request.n);
  if (!request.stream) return members;
  return members + (options.continuousUsage && CONTINUOUS.has(dialect) ? STREAM_CONTINUOUS : STREAM);
}

const STREAM = ',"stream":true,"stream_options":{"include_usage":true}';
const STREAM_CONTINUOUS =
  ',"stream":true,"stream_options":{"include_usage":true,"continuous_usage_stats":true}';
