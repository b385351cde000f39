/**
 * What an engine says when it refuses or fails, as one of our errors. Engines quote prompts in their messages, so none
 * of their text goes on: a fixed pattern, found at the start of a message, gives our code and the numbers in it.
 */
import type { Dialect } from '../settings.ts';
import { RULES, type Rule } from './engine-error-rules.ts';
import { ApiError, type ErrorCode, type ErrorNumbers } from './errors.ts';
import { isParam } from './names.ts';
import { isObject, type JsonObject } from './parameters/parameter.ts';

/** As much of an engine's error as is looked at, in characters. */
export const ENGINE_ERROR_CHARS_MAX = 8192;
/** A larger number in an error is none of ours. */
const NUMBER_MAX = 1_000_000_000;

/** The parts of an engine's error that rules look at. */
interface Said {
  readonly message: string;
  /** `type`, `error_type` or `code`, when it is a word. */
  readonly words: readonly string[];
  readonly fields: JsonObject;
}

const NOTHING_SAID: Said = { message: '', words: [], fields: {} };

/** Our error for an engine's reply of `status` (≥ 400, or 0 for an error event in a stream). Safe on any text. */
export function mapEngineError(dialect: Dialect, status: number, bodyText: string): ApiError {
  const said = read(bodyText);
  const effective = status >= 400 ? status : statusIn(said.fields);
  for (const rule of RULES) {
    const numbers = matches(rule, dialect, effective, said);
    if (numbers !== null) return new ApiError(rule.code, { param: rule.param ?? null, numbers });
  }
  return byParam(effective, said) ?? byStatus(effective);
}

/** Statuses with which engines refuse a value. */
const REFUSALS: ReadonlySet<number> = new Set([400, 422]);
const UNSUPPORTED: readonly string[] = ['unsupported_parameter', 'unsupported_value'];

/** An engine that names a parameter of our closed list in `param` has said enough. */
function byParam(status: number, said: Said): ApiError | null {
  const param = said.fields.param;
  if (!REFUSALS.has(status) || !isParam(param)) return null;
  const unsupported = said.words.some((word) => UNSUPPORTED.includes(word));
  return new ApiError(unsupported ? 'unsupported_parameter' : 'invalid_parameter', { param });
}

/** The numbers that the rule found; null when it does not apply. */
function matches(rule: Rule, dialect: Dialect, status: number, said: Said): ErrorNumbers | null {
  if (rule.dialects !== undefined && !rule.dialects.includes(dialect)) return null;
  if (rule.statuses !== undefined && !rule.statuses.includes(status)) return null;
  if (rule.words !== undefined && !rule.words.some((word) => said.words.includes(word))) return null;
  if (rule.pattern === undefined) return contextNumbers({}, said.fields);
  const found = rule.pattern.exec(said.message);
  return found === null ? null : contextNumbers(found.groups ?? {}, said.fields);
}

/** Numbers by the names that patterns give them, or by llama-server's fields. */
function contextNumbers(
  groups: Readonly<Record<string, string | undefined>>,
  fields: JsonObject,
): ErrorNumbers {
  const prompt = counted(groups.prompt ?? fields.n_prompt_tokens);
  const output = counted(groups.output);
  const total = counted(groups.total) ?? (prompt === undefined ? undefined : prompt + (output ?? 0));
  return {
    context_length: counted(groups.context ?? fields.n_ctx),
    prompt_tokens: prompt,
    output_tokens: output,
    requested_tokens: total,
  };
}

function counted(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return Number.isInteger(number) && (number as number) >= 0 && (number as number) <= NUMBER_MAX
    ? (number as number)
    : undefined;
}

/** Reads `{error: {…}}`, `{error: "…"}`, `{message, type}` and `{detail}`; anything else says nothing. */
function read(bodyText: string): Said {
  if (bodyText.length > ENGINE_ERROR_CHARS_MAX) return NOTHING_SAID;
  let body: unknown;
  try {
    body = JSON.parse(bodyText);
  } catch {
    return NOTHING_SAID;
  }
  if (!isObject(body)) return NOTHING_SAID;
  const inner = body.error;
  const fields = isObject(inner) ? inner : body;
  const message = [isObject(inner) ? inner.message : inner, body.message, body.detail].find(isText) ?? '';
  const words = [fields.type, fields.code, body.error_type].filter(isText);
  return { message, words, fields };
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** In a stream the status is in the error itself, as `code`. */
function statusIn(fields: JsonObject): number {
  const code = counted(fields.code ?? fields.http_status_code ?? fields.status_code);
  return code !== undefined && code >= 400 && code <= 599 ? code : 500;
}

/**
 * What the status alone says. 401, 403 and 404 are about the gateway's own key and address, which no client can
 * change; a refusal for an unknown reason is counted as unmapped.
 */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'engine_unavailable',
  403: 'engine_unavailable',
  404: 'engine_unavailable',
  405: 'engine_unavailable',
  408: 'timeout',
  413: 'body_too_large',
  429: 'engine_busy',
  502: 'engine_unavailable',
  503: 'engine_unavailable',
  504: 'timeout',
  529: 'engine_busy',
};
const FIRST_FAULT = 500;

function byStatus(status: number): ApiError {
  const code = BY_STATUS[status];
  if (code !== undefined) return new ApiError(code);
  return new ApiError(status < FIRST_FAULT ? 'engine_refused' : 'engine_fault', { mapped: false });
}
