/** What a client wants of an answer's form: length, number, ends, stream. The same for chats and completions. */
import { invalid } from './api-error.ts';
import { type Body, readFlag, readObject, readWhole } from './fields.ts';

export interface Output {
  /** Answers to make. */
  readonly n: number;
  /** Tokens of each answer at most; null leaves it to the context. */
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  readonly stream: boolean;
  /** A last chunk with usage. */
  readonly includeUsage: boolean;
  /** Usage so far in every chunk (vLLM's `continuous_usage_stats`). */
  readonly continuousUsage: boolean;
}

/** Answers to one request at most. */
const ANSWERS_MAX = 8;
const STOPS_MAX = 16;
const STOP_CHARS_MAX = 1024;
const TOKENS_MAX = 2 ** 31 - 1;

export function readOutput(body: Body, defaultMaxTokens: number | null): Output {
  const stream = readFlag(body, 'stream', false);
  const options = readObject(body, 'stream_options') ?? {};
  if (!stream && Object.keys(options).length > 0) {
    throw invalid('stream_options', 'stream_options may only be given where stream is true.');
  }
  return {
    n: readWhole(body, 'n', 1, ANSWERS_MAX, 1),
    maxTokens:
      readWhole(body, 'max_completion_tokens', 1, TOKENS_MAX, null) ??
      readWhole(body, 'max_tokens', 1, TOKENS_MAX, defaultMaxTokens),
    stop: readStop(body),
    stream,
    includeUsage: readFlag(options, 'include_usage', false),
    continuousUsage: readFlag(options, 'continuous_usage_stats', false),
  };
}

function readStop(body: Body): readonly string[] {
  const given = body.stop;
  if (given === undefined || given === null) return [];
  const stops: readonly unknown[] = Array.isArray(given) ? given : [given];
  const fits = (s: unknown): s is string => typeof s === 'string' && s !== '' && s.length <= STOP_CHARS_MAX;
  if (stops.length > STOPS_MAX || !stops.every(fits)) {
    throw invalid('stop', `stop must be one to ${STOPS_MAX} strings of 1 to ${STOP_CHARS_MAX} characters.`);
  }
  return stops;
}
