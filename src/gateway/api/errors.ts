/**
 * What a client is told when something fails: OpenAI's shape, our sentence, numbers where they help. Built only from
 * closed lists, checked when an error is made, so that not even a mistake of ours can repeat content (INFER-1).
 */

import { FAULTS, type FaultCode, type HttpFault } from '../http/fault.ts';
import {
  ERRORS,
  type ErrorCode,
  type ErrorEntry,
  NUMBERS,
  type NumberName,
  WORDS,
  type Word,
  type WordName,
} from './error-table.ts';
import { isParam, type Param } from './names.ts';

export { ERRORS, type ErrorCode, type ErrorEntry } from './error-table.ts';

export type ErrorNumbers = { readonly [N in NumberName]?: number | undefined };
type ErrorWords = { readonly [N in WordName]?: Word<N> | undefined };

export interface ErrorDetails {
  readonly param?: Param | null;
  readonly numbers?: ErrorNumbers;
  readonly words?: ErrorWords;
  /** Whole seconds for the header `retry-after`. */
  readonly retryAfter?: number;
  /** False when an engine said something that our table does not know. */
  readonly mapped?: boolean;
  /** What the HTTP reader found; its sentence is more exact than ours. */
  readonly fault?: FaultCode;
}

const KNOWN_NUMBERS: ReadonlySet<string> = new Set(NUMBERS);
const MICRO_USD_DIGITS = 6;
const MS_PER_SECOND = 1000;
/** The last second that `Date` can write. */
const LAST_SECOND = 8_640_000_000_000;

/** An error that a client is told about. `message` is our fixed sentence, safe to send and never to be extended. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly param: Param | null;
  readonly numbers: Readonly<Record<string, number>>;
  readonly words: Readonly<Record<string, string>>;
  readonly retryAfter: number | null;
  readonly mapped: boolean;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: ErrorEntry = ERRORS[code];
    const param = isParam(details.param) ? details.param : null;
    const numbers = knownNumbers(details.numbers);
    const words = knownWords(details.words);
    super(details.fault === undefined ? sentence(entry, param, numbers, words) : FAULTS[details.fault][1]);
    this.code = code;
    this.status = entry.status;
    this.param = param;
    this.numbers = numbers;
    this.words = words;
    this.retryAfter = wholeSeconds(details.retryAfter);
    this.mapped = details.mapped ?? true;
  }
}

/** The JSON body of an error reply. */
export function errorBody(error: ApiError): string {
  const entry: ErrorEntry = ERRORS[error.code];
  return JSON.stringify({
    error: {
      message: error.message,
      type: entry.type,
      param: error.param,
      code: error.code,
      source: entry.source,
      retryable: entry.retryable,
      ...error.words,
      ...error.numbers,
    },
  });
}

/** The last event of a stream that failed after its first byte. No `[DONE]` follows it. */
export function streamErrorEvent(error: ApiError): string {
  return `data: ${errorBody(error)}\n\n`;
}

const BY_HTTP_STATUS: Readonly<Record<number, ErrorCode>> = {
  411: 'length_required',
  413: 'body_too_large',
  414: 'target_too_long',
  417: 'expectation_failed',
  431: 'headers_too_large',
  501: 'unsupported_transfer_coding',
  505: 'unsupported_http_version',
};

/** The error for a request that the HTTP reader refused. Its connection has to be closed. */
export function errorOfFault(fault: HttpFault): ApiError {
  const code = fault.code === 'method_unknown' ? 'method_not_allowed' : BY_HTTP_STATUS[fault.status];
  return new ApiError(code ?? 'bad_request', { fault: fault.code });
}

function knownNumbers(given: ErrorNumbers = {}): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [name, value] of Object.entries(given)) {
    if (KNOWN_NUMBERS.has(name) && typeof value === 'number' && Number.isFinite(value)) known[name] = value;
  }
  return known;
}

function knownWords(given: ErrorWords = {}): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(WORDS, name)) continue;
    const list: readonly string[] = WORDS[name as WordName];
    if (value !== undefined && list.includes(value)) known[name] = value;
  }
  return known;
}

function wholeSeconds(given: number | undefined): number | null {
  return given !== undefined && Number.isFinite(given) && given >= 0 ? Math.ceil(given) : null;
}

/** The detailed sentence when all that it names is known, else the plain one. */
function sentence(
  entry: ErrorEntry,
  param: Param | null,
  numbers: Readonly<Record<string, number>>,
  words: Readonly<Record<string, string>>,
): string {
  if (entry.detailed === undefined) return entry.message;
  let whole = true;
  const text = entry.detailed.replace(/\{([a-z_]+)\}/g, (_, name: string) => {
    if (name === 'param' && param !== null) return param;
    const word = words[name];
    if (word !== undefined) return word;
    const number = numbers[name];
    if (number !== undefined) return written(name, number);
    whole = false;
    return '';
  });
  return whole ? text : entry.message;
}

function written(name: string, value: number): string {
  if (name.endsWith('_microusd')) return `${(value / 10 ** MICRO_USD_DIGITS).toFixed(MICRO_USD_DIGITS)} USD`;
  if (name.endsWith('_at') && Math.abs(value) <= LAST_SECOND)
    return new Date(value * MS_PER_SECOND).toISOString();
  return String(value);
}
