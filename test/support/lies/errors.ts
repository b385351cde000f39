/** Errors in the wordings of real engines. Most of them quote what the client wrote, as those engines do. */
import type { Lie, Stage } from '../lying-engine.ts';
import { chunk, event, head, json, LAST_CHUNK, quoted, STREAM_HEAD, text } from './say.ts';

const saying =
  (status: number, body: (quote: string) => unknown): Lie =>
  (stage: Stage) =>
    json(stage, status, body(quoted(stage.heard)));

/** `retry-after` of a busy engine, in seconds. */
const RETRY_AFTER_S = 2;

export const ERRORS = {
  'vllm-context': saying(400, () => ({
    error: {
      message:
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8000 in the messages, " +
        '1000 in the completion). Please reduce the length of the messages or completion.',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  })),
  'vllm-validation': saying(400, (quote) => ({
    error: {
      message: `[{'type': 'list_type', 'loc': ('body', 'messages', 0, 'content'), 'msg': 'Input should be a valid list', 'input': '${quote}'}]`,
      type: 'Bad Request',
      param: null,
      code: 400,
    },
  })),
  'vllm-template': saying(400, (quote) => ({
    object: 'error',
    message: `Conversation roles must alternate user/assistant: ${quote} 400 Client Error`,
    type: 'BadRequestError',
    param: null,
    code: 400,
  })),
  'vllm-internal': saying(500, (quote) => ({
    error: {
      message: `EngineCore encountered an issue while processing ${quote}`,
      type: 'InternalServerError',
      param: null,
      code: 500,
    },
  })),
  'vllm-model': saying(404, (quote) => ({
    error: {
      message: `The model \`${quote}\` does not exist.`,
      type: 'NotFoundError',
      param: 'model',
      code: 404,
    },
  })),
  'sglang-context': saying(400, () => ({
    object: 'error',
    message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    type: 'BadRequestError',
    param: null,
    code: 400,
  })),
  'sglang-internal': saying(500, (quote) => ({
    object: 'error',
    message: `Internal server error: ${quote}`,
    type: 'InternalServerError',
    param: null,
    code: 500,
  })),
  'llama-context': saying(400, () => ({
    error: {
      code: 400,
      message: 'the request exceeds the available context size (8192 tokens), try increasing it',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 9000,
      n_ctx: 8192,
    },
  })),
  'llama-parse': saying(500, (quote) => ({
    error: {
      code: 500,
      message: `[json.exception.parse_error.101] parse error at line 1, column 9: syntax error while parsing value - invalid literal; last read: '${quote}'`,
      type: 'server_error',
    },
  })),
  'llama-grammar': saying(400, (quote) => ({
    error: { code: 400, message: `Failed to parse grammar: ${quote}`, type: 'invalid_request_error' },
  })),
  'llama-loading': saying(503, () => ({
    error: { code: 503, message: 'Loading model', type: 'unavailable_error' },
  })),
  'ollama-model': saying(404, (quote) => ({
    error: {
      message: `model "${quote}" not found, try pulling it first`,
      type: 'api_error',
      param: null,
      code: null,
    },
  })),
  'ollama-native': saying(500, (quote) => ({ error: `llama runner process no longer running: -1 ${quote}` })),
  'tgi-validation': saying(422, (quote) => ({
    error: `Input validation error: \`inputs\` must have less than 4096 tokens. Given: 5000 (${quote})`,
    error_type: 'validation',
  })),
  'openai-quota': saying(429, (quote) => ({
    error: {
      message: `Rate limit reached for ${quote}`,
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    },
  })),
  'error-text': (stage) => text(stage, 400, 'text/plain', `cannot answer: ${quoted(stage.heard)}`),
  'error-html': (stage) =>
    text(stage, 502, 'text/html', `<html><body><h1>502 Bad Gateway</h1>${quoted(stage.heard)}</body></html>`),
  'error-empty': (stage) => text(stage, 500, 'application/json', ''),
  'error-unauthorized': saying(401, (quote) => ({ error: { message: `Incorrect API key for ${quote}` } })),
  'error-teapot': saying(418, (quote) => ({
    error: { message: quote, type: quote, param: quote, code: quote },
  })),
  'error-headers': (stage) => {
    const quote = quoted(stage.heard)
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, 400);
    const body = JSON.stringify({ error: { message: quote, type: 'server_error' } });
    return stage.write(
      head(500, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-error': quote,
        'retry-after': quote,
      }) + body,
    );
  },
  busy: (stage) => {
    const body = JSON.stringify({
      error: { message: `queue full: ${quoted(stage.heard)}`, type: 'overloaded_error' },
    });
    return stage.write(
      head(429, {
        'content-type': 'application/json',
        'retry-after': RETRY_AFTER_S,
        'content-length': Buffer.byteLength(body),
      }) + body,
    );
  },
  /** Status 200, then an error as the first event (vLLM and SGLang do so once the head is out). */
  'error-event': async (stage) => {
    await stage.write(STREAM_HEAD);
    const error = {
      message: `failed on ${quoted(stage.heard)}`,
      type: 'InternalServerError',
      param: null,
      code: 500,
    };
    await stage.write(chunk(event({ error })) + chunk('data: [DONE]\n\n') + LAST_CHUNK);
  },
  /** Status 200 and a plain JSON error where a stream or an answer was asked for. */
  'error-ok': (stage) => json(stage, 200, { error: { message: quoted(stage.heard), type: 'server_error' } }),
} as const satisfies Record<string, Lie>;
