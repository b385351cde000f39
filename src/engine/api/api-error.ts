/** Errors in OpenAI's shape: `{"error":{"message","type","param","code"}}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  /** Seconds for the `retry-after` header; null sends none. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    type: string,
    code: string | null,
    message: string,
    param: string | null = null,
    retryAfter: number | null = null,
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }

  body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** 400: a parameter is not what it must be. */
export const invalid = (
  param: string | null,
  message: string,
  code: string | null = 'invalid_value',
): ApiError => new ApiError(400, 'invalid_request_error', code, message, param);

/** 400: a parameter that this engine does not know how to serve. */
export const unsupported = (param: string, message: string): ApiError =>
  new ApiError(400, 'invalid_request_error', 'unsupported_parameter', message, param);

/** 400: the prompt leaves no room for an answer. Says both numbers, as OpenAI does; `prompt` may be a lower bound. */
export const contextLengthExceeded = (
  context: number,
  prompt: number,
  param: string,
  bound: 'exact' | 'at least' = 'exact',
): ApiError =>
  new ApiError(
    400,
    'invalid_request_error',
    'context_length_exceeded',
    `This model's maximum context length is ${context} tokens. However, your messages resulted in ${bound === 'exact' ? '' : 'at least '}${prompt} tokens. Please shorten them.`,
    param,
  );

export const modelNotFound = (param = 'model'): ApiError =>
  new ApiError(
    404,
    'invalid_request_error',
    'model_not_found',
    'The model does not exist here. GET /v1/models lists those that do.',
    param,
  );

/** Seconds after which a refused client may try again. */
const BUSY_RETRY_AFTER_S = 1;

export const engineBusy = (): ApiError =>
  new ApiError(
    429,
    'rate_limit_error',
    'engine_busy',
    'All sequences are in use and the queue is full. Try again shortly.',
    null,
    BUSY_RETRY_AFTER_S,
  );

export const shuttingDown = (): ApiError =>
  new ApiError(503, 'server_error', 'shutting_down', 'The engine is stopping. Try again shortly.', null, 2);

export const engineFailed = (): ApiError =>
  new ApiError(
    500,
    'server_error',
    'engine_failed',
    'The engine failed while computing this answer. Try again.',
  );
