/** How deep and how large a body may be, so that no later step meets a value that it cannot walk. */
import { ApiError } from '../errors.ts';

/** Objects and lists inside each other, at most. */
export const DEPTH_MAX = 64;
/** Values in one body, at most; a prompt of token ids counts one for each. */
export const VALUES_MAX = 1_000_000;

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
  return new ApiError('too_deep', { numbers: { max_depth: DEPTH_MAX, max_values: VALUES_MAX } });
}
