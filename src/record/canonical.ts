/**
 * One way to write a value as JSON bytes, so that who recomputes a commitment gets the same ones: the scheme of RFC
 * 8785 for what we use of JSON (numbers are safe integers). Refuses everything that has two spellings.
 */
import { RecordError } from './errors.ts';

export type Canonical = string | number | boolean | null | readonly Canonical[] | CanonicalObject;
export interface CanonicalObject {
  readonly [key: string]: Canonical;
}

const DEPTH_MAX = 16;

/** Canonical JSON: keys sorted by UTF-16 code units, no spaces. Throws `argument`. */
export function canonicalJson(value: Canonical): string {
  return write(value, 0);
}

/** Reads canonical JSON; throws `argument` where the text is not exactly what `canonicalJson` writes. */
export function readCanonicalJson(text: string): Canonical {
  let value: Canonical;
  try {
    value = JSON.parse(text) as Canonical;
  } catch {
    throw new RecordError('argument', 'This is not JSON.');
  }
  if (canonicalJson(value) !== text) throw new RecordError('argument', 'This is not canonical JSON.');
  return value;
}

function write(value: Canonical, depth: number): string {
  if (depth > DEPTH_MAX) throw new RecordError('argument', `Content is nested ${DEPTH_MAX} deep at most.`);
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (Array.isArray(value)) return `[${value.map((each) => write(each, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const fields = Object.keys(value)
      .sort()
      .map(
        (key) => `${write(key, depth + 1)}:${write((value as CanonicalObject)[key] as Canonical, depth + 1)}`,
      );
    return `{${fields.join(',')}}`;
  }
  throw new RecordError('argument', 'Content of an entry is plain JSON with whole numbers.');
}

const isPlain = (value: object): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as typeof Object.prototype | null);
