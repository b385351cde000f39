/**
 * Every error that the API can answer, in one table. A sentence is fixed; `{name}` stands for a number or a member of
 * a closed list (see `NUMBERS` and `WORDS`), so that nothing of a client's or an engine's can be in it.
 */

/** OpenAI's error types (and `permission_error`, which its clients also know). */
type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'insufficient_quota'
  | 'rate_limit_error'
  | 'server_error';

/** Who has to change something: the request, this gateway's operator, or the engine behind it. */
type ErrorSource = 'request' | 'gateway' | 'engine';

export interface ErrorEntry {
  readonly status: number;
  readonly type: ErrorType;
  readonly source: ErrorSource;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** What happened and what to do next. */
  readonly message: string;
  /** The same with numbers and words; used when each of them is known. */
  readonly detailed?: string;
}

/** Numbers that an error may carry. `…_microusd` is money, `…_at` Unix seconds, all others plain counts. */
export const NUMBERS = [
  'balance_microusd',
  'estimate_microusd',
  'limit_microusd',
  'left_microusd',
  'fits_output_tokens',
  'limit',
  'left',
  'resets_at',
  'retry_after_seconds',
  'context_length',
  'prompt_tokens',
  'output_tokens',
  'requested_tokens',
  'max_bytes',
  'max_depth',
  'max_values',
  'max_keys',
  'index',
] as const;
export type NumberName = (typeof NUMBERS)[number];

/** Words that an error may carry, each from a closed list. */
export const WORDS = {
  /** Which data term no engine meets (INFER-2, INFER-3). */
  term: [
    'objection',
    'data_collection',
    'zdr',
    'region',
    'prefix_cache',
    'terms_undeclared',
    'terms_expired',
  ],
  window: ['day', 'month'],
  limited: ['requests', 'tokens', 'concurrency'],
  /** Whose limit it is. */
  of: ['key', 'account'],
} as const;
export type WordName = keyof typeof WORDS;
export type Word<N extends WordName> = (typeof WORDS)[N][number];

const entry = (
  status: number,
  type: ErrorType,
  source: ErrorSource,
  retryable: boolean,
  message: string,
  detailed?: string,
): ErrorEntry =>
  detailed === undefined
    ? { status, type, source, retryable, message }
    : { status, type, source, retryable, message, detailed };

/** A request that has to change before it can succeed. */
const refused = (status: number, message: string, detailed?: string): ErrorEntry =>
  entry(status, 'invalid_request_error', 'request', false, message, detailed);

/** A key that does not open the door. */
const unknownKey = (message: string): ErrorEntry =>
  entry(401, 'authentication_error', 'request', false, message);

/** A fault on our side or the engine's; the same request may succeed later. */
const later = (status: number, source: ErrorSource, message: string, detailed?: string): ErrorEntry =>
  entry(status, 'server_error', source, true, message, detailed);

export const ERRORS = {
  // Who asks
  missing_api_key: unknownKey(
    'No API key was sent. Send one as "Authorization: Bearer kept_sk_…"; whoever runs this server gives out keys.',
  ),
  malformed_api_key: unknownKey(
    'This is not a whole API key: its checksum does not match. Copy the key again, from "kept_sk_" to its last character.',
  ),
  invalid_api_key: unknownKey(
    'This API key is not known here: it was revoked, or belongs to another server. Ask whoever runs this server for a new one.',
  ),
  key_expired: unknownKey('This API key has expired. Ask whoever runs this server for a new one.'),
  account_inactive: entry(
    403,
    'permission_error',
    'request',
    false,
    'The account of this key is not active. Ask whoever runs this server why.',
  ),
  network_not_allowed: entry(
    403,
    'permission_error',
    'request',
    false,
    'This key may not be used from your network address. Call from an allowed network, or ask for a key with others.',
  ),
  model_not_allowed: entry(
    403,
    'permission_error',
    'request',
    false,
    'This key may not use this model. GET /v1/key lists the models that it may use.',
  ),

  // What it may spend
  insufficient_quota: entry(
    402,
    'insufficient_quota',
    'request',
    false,
    'The balance of the account is too small for this request. Add credit, or ask for less output.',
    'The balance is {balance_microusd} and this request may cost up to {estimate_microusd}. Add credit, or set an output limit of at most {fits_output_tokens} tokens (0: no output fits; shorten the input).',
  ),
  budget_exceeded: entry(
    402,
    'insufficient_quota',
    'request',
    true,
    'This request would exceed a spending budget. Ask for less output, wait for the reset, or have the budget raised.',
    'This request may cost up to {estimate_microusd}, and {left_microusd} of the {of} budget of {limit_microusd} a {window} is left until {resets_at}. Set an output limit of at most {fits_output_tokens} tokens, wait for the reset, or have the budget raised.',
  ),
  token_budget_exceeded: entry(
    429,
    'rate_limit_error',
    'request',
    true,
    'This request would exceed a budget of tokens. Ask for less output, wait for the reset, or have the budget raised.',
    'This request may need up to {requested_tokens} tokens, and {left} of the {of} budget of {limit} tokens a {window} are left until {resets_at}. Set an output limit of at most {fits_output_tokens} tokens, wait for the reset, or have the budget raised.',
  ),
  rate_limit_exceeded: entry(
    429,
    'rate_limit_error',
    'request',
    true,
    'A rate limit is reached. Wait as long as the header retry-after says and try again.',
    'The {of} limit of {limit} {limited} is reached ({left} left until {resets_at}). Wait as long as the header retry-after says and try again.',
  ),

  // What it asks
  bad_request: refused(
    400,
    'This is not an HTTP request that we read: it breaks RFC 9112. Use an HTTP client library.',
  ),
  length_required: refused(
    411,
    'The request has no length. Send Content-Length, or Transfer-Encoding: chunked.',
  ),
  target_too_long: refused(414, 'The address of the request is too long. Send parameters in the body.'),
  expectation_failed: refused(417, 'The header Expect may only say 100-continue. Leave it out.'),
  headers_too_large: refused(431, 'The headers of the request are too large. Send fewer or shorter headers.'),
  unsupported_transfer_coding: refused(
    501,
    'The only transfer coding that we read is chunked. Send it, or Content-Length.',
  ),
  unsupported_http_version: refused(505, 'This server speaks HTTP/1.1. Use HTTP/1.1.'),
  request_timeout: entry(
    408,
    'invalid_request_error',
    'request',
    true,
    'The request did not arrive whole in time. Send it again over a faster connection.',
  ),
  not_found: refused(
    404,
    'There is nothing at this address. GET /v1/models is a good start; the documentation lists all end-points.',
  ),
  method_not_allowed: refused(
    405,
    'This end-point does not know this method. The header allow lists those that it does.',
  ),
  unsupported_content_type: refused(
    415,
    'The body must be JSON. Send it with "Content-Type: application/json".',
  ),
  unsupported_content_encoding: refused(
    415,
    'The body must not be compressed. Send it without Content-Encoding.',
  ),
  body_too_large: refused(
    413,
    'The body is too large. Send less text, or smaller images and audio.',
    'The body is larger than {max_bytes} bytes. Send less text, or smaller images and audio.',
  ),
  invalid_json: refused(400, 'The body is not JSON (RFC 8259). Check for cut or unescaped text.'),
  too_deep: refused(
    400,
    'The body is nested too deeply or holds too many values. Flatten it.',
    'The body is nested deeper than {max_depth} levels or holds more than {max_values} values or {max_keys} keys. Flatten it.',
  ),
  missing_parameter: refused(
    400,
    'A required parameter is missing. See the documentation of parameters.',
    'The required parameter {param} is missing. Add it.',
  ),
  invalid_parameter: refused(
    400,
    'A parameter has a value that is not allowed. See the documentation of parameters.',
    'The parameter {param} has a value that is not allowed. See the documentation of parameters for what it may be.',
  ),
  store_refused: refused(
    400,
    'We store no prompts and no answers, so "store": true cannot be done. Leave it out.',
  ),
  remote_media_refused: refused(
    400,
    'Images, audio, video and files must be in the request itself, as data: URLs; nothing is fetched from other addresses. Send the content as data:…;base64,….',
  ),
  idempotency_conflict: entry(
    409,
    'invalid_request_error',
    'request',
    true,
    'A request with this Idempotency-Key is still running. Wait for its answer before sending it again.',
  ),
  model_not_found: refused(404, 'There is no model of this name here. GET /v1/models lists all models.'),
  unsupported_endpoint: refused(
    400,
    'This model does not serve this end-point. GET /v1/models says what kind each model is.',
  ),
  no_engine_with_these_terms: refused(
    404,
    'No engine offers this model under the data terms of the account and the request. GET /v1/models shows the terms of each model; choose another model, or relax the request.',
    'No engine offers this model under the data terms of the account and the request; the first term that no engine meets is {term}. GET /v1/models shows the terms of each model; choose another model, or relax the request.',
  ),
  context_length_exceeded: refused(
    400,
    'The input and the output asked for are longer than the context of the model. Shorten the messages, or ask for less output.',
    'The context of this model is {context_length} tokens, and this request needs {requested_tokens}. Shorten the messages, or ask for less output.',
  ),
  unsupported_parameter: entry(
    400,
    'invalid_request_error',
    'engine',
    false,
    'This model does not support something that the request asks for. Leave it out, or choose another model.',
    'This model does not support {param} as it was sent. Leave it out, or choose another model.',
  ),
  content_filtered: entry(
    400,
    'invalid_request_error',
    'engine',
    false,
    'The content filter of the engine refused this request. Change the content, or choose another model.',
  ),

  // What failed behind us
  engine_unavailable: later(
    503,
    'engine',
    'No engine of this model can be reached at the moment. Try again in a moment, or choose another model.',
  ),
  model_not_on_engine: later(
    503,
    'engine',
    'The engine that should serve this model does not have it at the moment. Try again later, or choose another model.',
  ),
  engine_busy: entry(
    429,
    'rate_limit_error',
    'engine',
    true,
    'The engine of this model is fully occupied. Wait as long as the header retry-after says and try again.',
  ),
  engine_refused: entry(
    400,
    'invalid_request_error',
    'engine',
    false,
    'The engine refused this request for a reason that we do not pass on. Check the parameters and messages; leave out what is unusual.',
  ),
  engine_fault: later(
    502,
    'engine',
    'The engine failed on this request. Try again, or choose another model.',
  ),
  engine_lost: later(
    502,
    'engine',
    'The engine broke off before the answer was complete. Send the request again.',
  ),
  engine_reply_too_large: entry(
    502,
    'server_error',
    'engine',
    false,
    'The answer of the engine is larger than we pass on. Ask for less output, or stream it.',
  ),
  timeout: later(
    504,
    'engine',
    'The answer took longer than allowed. Ask for less output, stream it, or try again.',
  ),

  // What failed with us
  usage_not_recorded: later(
    503,
    'gateway',
    'The use of this request could not be recorded in time, so the answer is withheld and it does not count. Try again in a moment.',
  ),
  control_away: later(
    503,
    'gateway',
    'Accounts and limits cannot be read at the moment. Wait as long as the header retry-after says and try again.',
  ),
  too_many_connections: later(
    503,
    'gateway',
    'This server holds as many requests as it can. Wait as long as the header retry-after says and try again.',
  ),
  shutting_down: later(503, 'gateway', 'This server is restarting. Try again in a moment.'),
  internal_error: later(
    500,
    'gateway',
    'This server failed on this request, which does not count. Try again, and tell the operator the header x-request-id if it stays.',
  ),
} as const satisfies Record<string, ErrorEntry>;

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;
