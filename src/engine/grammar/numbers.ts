/** Numbers within bounds as grammar expressions over digits. */

export interface Bounds {
  readonly least: number | null;
  readonly above: number | null;
  readonly most: number | null;
  readonly below: number | null;
}

/** Every number fits: the plain rule does. */
export const EVERYTHING = Symbol('everything');
/** No number fits, or the bounds cannot be put into a grammar. */
export const NOTHING = Symbol('nothing');

/** Digits that a whole number of JSON may have without losing exactness. */
const DIGITS_MAX = 15;
const LARGEST = 10 ** DIGITS_MAX - 1;

export function integersWithin(bounds: Bounds): string | typeof EVERYTHING | typeof NOTHING {
  const least = Math.max(
    Math.ceil(bounds.least ?? Number.NEGATIVE_INFINITY),
    bounds.above === null ? Number.NEGATIVE_INFINITY : Math.floor(bounds.above) + 1,
  );
  const most = Math.min(
    Math.floor(bounds.most ?? Number.POSITIVE_INFINITY),
    bounds.below === null ? Number.POSITIVE_INFINITY : Math.ceil(bounds.below) - 1,
  );
  return wholeBetween(least, most);
}

/**
 * Numbers with or without a fraction: bounds must be whole and not negative, so that the part before the point
 * decides. Above an exclusive lower bound only numbers with a fraction are given.
 */
export function numbersWithin({
  least,
  above,
  most,
  below,
}: Bounds): string | typeof EVERYTHING | typeof NOTHING {
  const given = [least, above, most, below].filter((bound) => bound !== null);
  if (given.length === 0) return EVERYTHING;
  const floor = Math.max(least ?? Number.NEGATIVE_INFINITY, above ?? Number.NEGATIVE_INFINITY);
  if (floor < 0 || !given.every(Number.isInteger)) return NOTHING;
  const ceiling = Math.min(most ?? Number.POSITIVE_INFINITY, below ?? Number.POSITIVE_INFINITY);
  const whole = wholeBetween(floor, ceiling - 1);
  if (typeof whole === 'symbol') return NOTHING;
  const fraction = above === null ? '("." [0-9]{1,15})?' : '"." [0-9]{0,14} [1-9]';
  const reached = most !== null && most === ceiling && most !== below;
  return reached ? `(${whole}) ${fraction} | "${most}"` : `(${whole}) ${fraction}`;
}

/** Whole numbers from `least` to `most`, both included. */
function wholeBetween(least: number, most: number): string | typeof EVERYTHING | typeof NOTHING {
  if (least > most) return NOTHING;
  if (least <= -LARGEST && most >= LARGEST) return EVERYTHING;
  const from = Math.max(least, -LARGEST);
  const to = Math.min(most, LARGEST);
  const parts: string[] = [];
  if (from < 0) parts.push(`"-" (${natural(Math.max(1, -to), -from)})`);
  if (to >= 0) parts.push(natural(Math.max(0, from), to));
  return parts.join(' | ');
}

/** Numbers from 0 on, one alternative for each number of digits. */
function natural(least: number, most: number): string {
  const parts: string[] = [];
  for (let digits = String(least).length; digits <= String(most).length; digits++) {
    const from = Math.max(least, digits === 1 ? 0 : 10 ** (digits - 1));
    const to = Math.min(most, 10 ** digits - 1);
    parts.push(sameLength(String(from), String(to)));
  }
  return parts.join(' | ');
}

/** Strings of digits between two of the same length. */
function sameLength(from: string, to: string): string {
  const rest = from.length - 1;
  const [low, high] = [Number(from[0]), Number(to[0])];
  if (rest === 0) return digit(low, high);
  const lows = '0'.repeat(rest);
  const highs = '9'.repeat(rest);
  if (low === high) return `${digit(low, low)} (${sameLength(from.slice(1), to.slice(1))})`;
  const parts: string[] = [];
  let first = low;
  let last = high;
  if (from.slice(1) !== lows) {
    parts.push(`${digit(low, low)} (${sameLength(from.slice(1), highs)})`);
    first++;
  }
  if (to.slice(1) !== highs) {
    parts.push(`${digit(high, high)} (${sameLength(lows, to.slice(1))})`);
    last--;
  }
  if (first <= last) parts.push(`${digit(first, last)} [0-9]{${rest}}`);
  return parts.join(' | ');
}

const digit = (from: number, to: number): string => (from === to ? `"${from}"` : `[${from}-${to}]`);
