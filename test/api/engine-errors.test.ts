/** Engines quote prompts in their errors; a client gets our sentence, our code, and the numbers (INFER-1). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/gateway/api/engine-error-rules.ts';
import { ENGINE_ERROR_CHARS_MAX, mapEngineError } from '../../src/gateway/api/engine-errors.ts';
import { type ErrorCode, errorBody } from '../../src/gateway/api/errors.ts';
import { DIALECTS, type Dialect } from '../../src/gateway/settings.ts';
import { canary, leaked } from './hostile.ts';

/** The shapes that engines wrap a message in. */
const vllm = (message: string, type = 'BadRequestError', code = 400): string =>
  JSON.stringify({ object: 'error', message, type, param: null, code });
const openai = (message: string, type = 'invalid_request_error', code: unknown = null): string =>
  JSON.stringify({ error: { message, type, param: null, code } });
const plain = (error: string): string => JSON.stringify({ error });
const tgi = (error: string, error_type: string): string => JSON.stringify({ error, error_type });

const VLLM_OLD =
  "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 in the completion). Please reduce the length of the messages or completion.";
const VLLM_NEW =
  "This model's maximum context length is 16384 tokens. However, you requested 8192 output tokens and your prompt contains at least 8193 input tokens, for a total of at least 16385 tokens. Please reduce the length of the input prompt or the number of requested output tokens.";

interface Wording {
  readonly dialect: Dialect;
  readonly status: number;
  readonly body: string;
  readonly code: ErrorCode;
  readonly param?: string;
  readonly numbers?: object;
}
const wording = (
  dialect: Dialect,
  status: number,
  body: string,
  code: ErrorCode,
  more: { param?: string; numbers?: object } = {},
): Wording => ({ dialect, status, body, code, ...more });

const CONTEXT: readonly Wording[] = [
  wording('vllm', 400, vllm(VLLM_OLD), 'context_length_exceeded', {
    numbers: { context_length: 4096, prompt_tokens: 4900, output_tokens: 100, requested_tokens: 5000 },
  }),
  wording('vllm', 400, openai(VLLM_NEW), 'context_length_exceeded', {
    numbers: { context_length: 16384, prompt_tokens: 8193, output_tokens: 8192, requested_tokens: 16385 },
  }),
  wording('vllm', 400, vllm(`ValueError: ${VLLM_OLD}`), 'context_length_exceeded'),
  wording(
    'vllm',
    400,
    vllm(
      "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens and your request has 120 input tokens (9000 > 8192 - 120).",
    ),
    'context_length_exceeded',
    { numbers: { context_length: 8192, prompt_tokens: 120, output_tokens: 9000, requested_tokens: 9120 } },
  ),
  wording(
    'vllm',
    400,
    vllm(
      'The decoder prompt (length 10127) is longer than the maximum model length of 8192. Make sure that `max_model_len` is no smaller than the number of text tokens.',
    ),
    'context_length_exceeded',
    { numbers: { context_length: 8192, prompt_tokens: 10127, requested_tokens: 10127 } },
  ),
  wording(
    'vllm',
    400,
    vllm(
      "You passed 4097 input tokens and requested 0 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 4096 tokens.",
    ),
    'context_length_exceeded',
    { numbers: { context_length: 4096, requested_tokens: 4097 } },
  ),
  wording('vllm', 400, vllm('max_tokens must be at least 1, got -186.'), 'context_length_exceeded'),
  wording(
    'sglang',
    400,
    vllm("The input (61709 tokens) is longer than the model's context length (40960 tokens)."),
    'context_length_exceeded',
    { numbers: { context_length: 40960, prompt_tokens: 61709, requested_tokens: 61709 } },
  ),
  wording(
    'sglang',
    400,
    vllm(
      "Requested token count exceeds the model's maximum context length of 40960 tokens. You requested a total of 41000 tokens: 1000 tokens from the input messages and 40000 tokens for the completion. Please reduce the number of tokens in the input messages or the completion to fit within the limit.",
    ),
    'context_length_exceeded',
    {
      numbers: { context_length: 40960, prompt_tokens: 1000, output_tokens: 40000, requested_tokens: 41000 },
    },
  ),
  wording(
    'llama-server',
    400,
    JSON.stringify({
      error: {
        code: 400,
        message:
          'request (25837 tokens) exceeds the available context size (25088 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 25837,
        n_ctx: 25088,
      },
    }),
    'context_length_exceeded',
    { numbers: { context_length: 25088, prompt_tokens: 25837, requested_tokens: 25837 } },
  ),
  wording(
    'llama-server',
    500,
    openai(
      'the request exceeds the available context size. try increasing the context size or enable context shift',
      'server_error',
      500,
    ),
    'context_length_exceeded',
  ),
  wording(
    'llama-server',
    500,
    openai(
      'input (700 tokens) is too large to process. increase the physical batch size (current batch size: 512)',
      'server_error',
      500,
    ),
    'context_length_exceeded',
    { numbers: { prompt_tokens: 700 } },
  ),
  wording('ollama', 400, openai('the input length exceeds the context length'), 'context_length_exceeded'),
  wording(
    'ollama',
    500,
    openai('input exceeds maximum context length', 'api_error'),
    'context_length_exceeded',
  ),
  wording(
    'tgi',
    422,
    tgi(
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1244 `inputs` tokens and 1000 `max_new_tokens`',
      'validation',
    ),
    'context_length_exceeded',
    { numbers: { context_length: 2048, prompt_tokens: 1244, output_tokens: 1000, requested_tokens: 2244 } },
  ),
  wording(
    'tgi',
    422,
    tgi('Input validation error: `inputs` must have less than 1024 tokens. Given: 1168', 'validation'),
    'context_length_exceeded',
    {
      numbers: { context_length: 1024, prompt_tokens: 1168 },
    },
  ),
  wording(
    'openai',
    400,
    openai(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 8227 tokens. Please reduce the length of the messages.",
      'invalid_request_error',
      'context_length_exceeded',
    ),
    'context_length_exceeded',
    { numbers: { context_length: 8192, requested_tokens: 8227 } },
  ),
  wording(
    'openai',
    400,
    openai(
      "This model's maximum context length is 4097 tokens, however you requested 4231 tokens (3975 in your prompt; 256 for the completion). Please reduce your prompt; or completion length.",
    ),
    'context_length_exceeded',
    { numbers: { context_length: 4097, prompt_tokens: 3975, output_tokens: 256, requested_tokens: 4231 } },
  ),
  wording(
    'kept',
    400,
    openai(
      "This model's maximum context length is 1024 tokens. However, your messages resulted in 2000 tokens.",
      'invalid_request_error',
      'context_length_exceeded',
    ),
    'context_length_exceeded',
    {
      numbers: { context_length: 1024, requested_tokens: 2000 },
    },
  ),
];

const OTHERS: readonly Wording[] = [
  wording('kept', 429, openai('The queue is full.', 'rate_limit_error', 'engine_busy'), 'engine_busy'),
  wording('sglang', 503, vllm('The request queue is full.', 'ServiceUnavailable', 503), 'engine_busy'),
  wording(
    'sglang',
    503,
    vllm('The request is aborted by a higher priority request.', 'x', 503),
    'engine_busy',
  ),
  wording(
    'ollama',
    503,
    openai('server busy, please try again.  maximum pending requests exceeded', 'api_error'),
    'engine_busy',
  ),
  wording('tgi', 429, tgi('Model is overloaded', 'overloaded'), 'engine_busy'),
  wording('openai', 429, openai('Rate limit reached', 'requests', 'rate_limit_exceeded'), 'engine_busy'),
  wording(
    'openai',
    429,
    openai('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'),
    'engine_unavailable',
  ),
  wording('vllm', 404, vllm('The model `x` does not exist.', 'NotFoundError', 404), 'model_not_on_engine'),
  wording(
    'ollama',
    404,
    openai('model "x" not found, try pulling it first', 'not_found_error'),
    'model_not_on_engine',
  ),
  wording(
    'openai',
    404,
    openai('The model `x` does not exist', 'invalid_request_error', 'model_not_found'),
    'model_not_on_engine',
  ),
  wording('llama-server', 503, openai('Loading model', 'unavailable_error', 503), 'engine_unavailable'),
  wording(
    'vllm',
    400,
    vllm('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    'unsupported_parameter',
    { param: 'tools' },
  ),
  wording(
    'llama-server',
    500,
    openai('tools param requires --jinja flag', 'server_error', 500),
    'unsupported_parameter',
    { param: 'tools' },
  ),
  wording(
    'llama-server',
    500,
    openai('Unsupported param: tools', 'server_error', 500),
    'unsupported_parameter',
    { param: 'tools' },
  ),
  wording(
    'ollama',
    400,
    openai('registry.ollama.ai/library/qwen3.5:4b does not support tools'),
    'unsupported_parameter',
    { param: 'tools' },
  ),
  wording(
    'vllm',
    400,
    vllm('The provided JSON schema contains features not supported by xgrammar.'),
    'invalid_parameter',
    { param: 'response_format' },
  ),
  wording(
    'vllm',
    400,
    vllm('ValueError: Grammar error: Unimplemented keys: ["propertyNames"]'),
    'invalid_parameter',
    { param: 'response_format' },
  ),
  wording('llama-server', 400, openai('"json_schema": unsupported'), 'invalid_parameter', {
    param: 'response_format',
  }),
  wording(
    'ollama',
    400,
    plain('Failed to initialize samplers: failed to parse grammar'),
    'invalid_parameter',
    { param: 'response_format' },
  ),
  wording(
    'llama-server',
    500,
    openai(
      'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
      'server_error',
      500,
    ),
    'unsupported_parameter',
    { param: 'messages.content' },
  ),
  wording('ollama', 400, openai('this model does not support image input'), 'unsupported_parameter', {
    param: 'messages.content',
  }),
  wording('vllm', 400, vllm('x/y is not a multimodal model'), 'unsupported_parameter', {
    param: 'messages.content',
  }),
  wording('vllm', 400, vllm('The model does not support Chat Completions API'), 'unsupported_endpoint'),
  wording('vllm', 400, vllm('ValueError: top_p must be in (0, 1], got 0.0.'), 'invalid_parameter', {
    param: 'top_p',
  }),
  wording('vllm', 400, vllm('suffix is not currently supported'), 'unsupported_parameter', {
    param: 'suffix',
  }),
  wording('openai', 400, openai('x', 'invalid_request_error', 'content_filter'), 'content_filtered'),
];

describe('real wordings', () => {
  it.each([...CONTEXT, ...OTHERS])(
    '$dialect $status $body',
    ({ dialect, status, body, code, param, numbers }) => {
      const error = mapEngineError(dialect, status, body);
      expect(error).toMatchObject({ code, mapped: true, param: param ?? null });
      if (numbers !== undefined) expect(error.numbers).toMatchObject(numbers);
    },
  );

  it('are read in a stream’s error event too, where the status is in the error', () => {
    expect(mapEngineError('vllm', 0, vllm(VLLM_OLD)).code).toBe('context_length_exceeded');
    expect(mapEngineError('vllm', 0, openai('x', 'ServiceUnavailable', 503)).code).toBe('engine_unavailable');
    expect(mapEngineError('vllm', 0, '{}')).toMatchObject({ code: 'engine_fault', mapped: false });
  });
});

describe('a parameter that an engine names', () => {
  const named = (param: unknown, code: string, status = 400) =>
    mapEngineError(
      'kept',
      status,
      JSON.stringify({ error: { message: 'x', type: 'invalid_request_error', param, code } }),
    );

  it('is named on when it is one of ours', () => {
    expect(named('seed', 'invalid_value')).toMatchObject({
      code: 'invalid_parameter',
      param: 'seed',
      mapped: true,
    });
    expect(named('echo', 'unsupported_parameter')).toMatchObject({
      code: 'unsupported_parameter',
      param: 'echo',
    });
  });

  it('is not when it is anything else', () => {
    for (const param of ['my secret', '__proto__', 'messages.0.content', 1, null, ['seed'], { seed: 1 }]) {
      expect(named(param, 'invalid_value')).toMatchObject({
        code: 'engine_refused',
        param: null,
        mapped: false,
      });
    }
    expect(named('seed', 'x', 500).code).toBe('engine_fault');
  });
});

describe('what no rule knows', () => {
  it.each<[number, ErrorCode, boolean]>([
    [400, 'engine_refused', false],
    [402, 'engine_refused', false],
    [418, 'engine_refused', false],
    [422, 'engine_refused', false],
    [500, 'engine_fault', false],
    [501, 'engine_fault', false],
    [599, 'engine_fault', false],
    [401, 'engine_unavailable', true],
    [403, 'engine_unavailable', true],
    [404, 'engine_unavailable', true],
    [408, 'timeout', true],
    [413, 'body_too_large', true],
    [429, 'engine_busy', true],
    [502, 'engine_unavailable', true],
    [503, 'engine_unavailable', true],
    [504, 'timeout', true],
  ])('%d becomes %s', (status, code, mapped) => {
    for (const body of [
      '',
      'garbage',
      '{',
      '[]',
      'null',
      '"x"',
      '{"error":null}',
      '{"error":{"message":1}}',
      '{"detail":[{}]}',
    ]) {
      expect(mapEngineError('vllm', status, body)).toMatchObject({ code, mapped });
    }
  });
});

describe('nothing of an engine’s text goes on', () => {
  const shapes = [
    vllm,
    openai,
    plain,
    (m: string) => tgi(m, m),
    (m: string) => openai(m, m, m),
    (m: string) => m,
    (m: string) => JSON.stringify({ detail: m }),
  ];
  const wordings = [...CONTEXT, ...OTHERS].map(
    ({ body }) => JSON.parse(body) as { message?: string; error?: { message?: string } | string },
  );
  const messages = wordings.map(
    (body) => (typeof body.error === 'string' ? body.error : body.error?.message) ?? body.message ?? '',
  );

  it('a prompt quoted before, in and after each wording, in each shape', () => {
    for (const message of messages) {
      for (const shape of shapes) {
        const secret = canary();
        const at = Math.floor(message.length / 2);
        const quoted = [
          `${secret} ${message}`,
          `${message} ${secret}`,
          message.slice(0, at) + secret + message.slice(at),
        ];
        for (const text of quoted) {
          for (const dialect of DIALECTS) {
            const error = mapEngineError(dialect, 400, shape(text));
            expect(leaked(errorBody(error) + error.stack, secret)).toEqual([]);
          }
        }
      }
    }
  });

  it('numbers of a quoted prompt are no numbers of ours', () => {
    const body = vllm(`Unexpected token in: ${VLLM_OLD}`);
    expect(mapEngineError('vllm', 400, body)).toMatchObject({
      code: 'engine_refused',
      numbers: {},
      mapped: false,
    });
  });

  it('any JSON in any place', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.integer({ min: 0, max: 599 }),
        fc.constantFrom(...DIALECTS),
        (value, status, dialect) => {
          const error = mapEngineError(
            dialect,
            status,
            JSON.stringify({ error: value, message: value, type: value, code: value }),
          );
          expect(error.status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('a huge body is not searched', () => {
    const error = mapEngineError('vllm', 400, vllm(VLLM_OLD + 'x'.repeat(ENGINE_ERROR_CHARS_MAX)));
    expect(error).toMatchObject({ code: 'engine_refused', mapped: false });
  });
});

describe('patterns', () => {
  const patterns = RULES.flatMap((rule) => (rule.pattern === undefined ? [] : [rule.pattern]));
  it.each(patterns)('%s is anchored and captures digits only', (pattern) => {
    expect(pattern.source.startsWith('^')).toBe(true);
    expect(pattern.source).not.toMatch(/\)[*+]|[*+]\)|\.\*|\.\+/);
    for (const [, group] of pattern.source.matchAll(/\(\?<\w+>([^)]*)\)/g)) expect(group).toBe('\\d{1,9}');
  });

  it('take linear time on hostile text', () => {
    const seeds = [
      'a'.repeat(8000),
      '1'.repeat(8000),
      'The model `'.repeat(700),
      "This model's maximum context length is ".repeat(200),
      'Error: '.repeat(1000),
    ];
    const started = performance.now();
    for (const text of seeds) for (const dialect of DIALECTS) mapEngineError(dialect, 400, vllm(text));
    // Far above what linear matching takes; a catastrophic pattern takes hours.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
