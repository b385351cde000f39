/**
 * How deep and how large a body may be. Looked at twice: in a large body's bytes before it is parsed, since parsing
 * would be the harm (a million keys hold the one thread for a second, 32 MB of brackets take a gigabyte), and in the
 * parsed value, so that no later step meets one that it cannot walk.
 */
import { ApiError } from '../errors.ts';

/** Objects and lists inside each other, at most. */
export const DEPTH_MAX = 64;
/** Values in one body, at most; a prompt of token ids counts one for each. */
export const VALUES_MAX = 1_000_000;
/** Names of fields in one body, at most: they cost ten times what a number costs. */
export const KEYS_MAX = 100_000;
/** A body of fewer bytes cannot hold enough to do harm. */
const HARMLESS_BYTES = 64 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Throws `too_deep` when a large body's bytes announce more than may be parsed. Says nothing about being JSON. */
export function checkBytes(body: Buffer): void {
  if (body.length < HARMLESS_BYTES) return;
  let depth = 0;
  let values = 0;
  let keys = 0;
  let texts = 0;
  for (let i = 0; i < body.length; i++) {
    switch (body[i]) {
      case QUOTE:
        // Each is a key or a value; others, which only a malformed body has, would still take their time.
        if (++texts > KEYS_MAX + VALUES_MAX) throw tooDeep();
        i = endOfText(body, i);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > DEPTH_MAX) throw tooDeep();
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        if (++values > VALUES_MAX) throw tooDeep();
        break;
      case COLON:
        if (++keys > KEYS_MAX) throw tooDeep();
        break;
    }
  }
}

/** Where the text that opens at `start` closes, or the end. Long texts without quotes are skipped at once. */
function endOfText(body: Buffer, start: number): number {
  const quote = body.indexOf(QUOTE, start + 1);
  if (quote < 0) return body.length;
  if (body[quote - 1] !== BACKSLASH) return quote;
  let i = start + 1;
  while (i < body.length && body[i] !== QUOTE) i += body[i] === BACKSLASH ? 2 : 1;
  return i;
}

/** Throws `too_deep` when the parsed body is nested too deeply or holds too many values. */
export function checkSize(body: unknown): void {
  if (typeof body === 'object' && body !== null) countValues(body, 1, 0);
}

/** The number of values so far; recursion ends at `DEPTH_MAX`. */
function countValues(value: object, depth: number, count: number): number {
  if (depth > DEPTH_MAX) throw tooDeep();
  if (Array.isArray(value)) {
    count += value.length;
    if (count > VALUES_MAX) throw tooDeep();
    for (const item of value) {
      if (typeof item === 'object' && item !== null) count = countValues(item, depth + 1, count);
    }
    return count;
  }
  for (const key in value) {
    count++;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null) count = countValues(item, depth + 1, count);
  }
  if (count > VALUES_MAX) throw tooDeep();
  return count;
}

function tooDeep(): ApiError {
  return new ApiError('too_deep', {
    numbers: { max_depth: DEPTH_MAX, max_values: VALUES_MAX, max_keys: KEYS_MAX },
  });
}
