/** What engines say when they refuse, word by word as their releases say it, with the code and the values that it means. */
import type { ErrorCode } from '../../src/gateway/api/errors.ts';
import type { Dialect } from '../../src/gateway/settings.ts';

/** The shapes that engines wrap a message in. */
export const vllm = (message: string, type = 'BadRequestError', code = 400): string =>
  JSON.stringify({ object: 'error', message, type, param: null, code });
export const openai = (message: string, type = 'invalid_request_error', code: unknown = null): string =>
  JSON.stringify({ error: { message, type, param: null, code } });
export const plain = (error: string): string => JSON.stringify({ error });
export const tgi = (error: string, error_type: string): string => JSON.stringify({ error, error_type });

export const VLLM_OLD =
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

export const CONTEXT: readonly Wording[] = [
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

export const OTHERS: readonly Wording[] = [
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
