/**
 * The noise of published numbers: its distribution against the probabilities of the formula, and that nothing about it
 * goes through a float.
 */
import { expect, test } from 'vitest';
import { discreteLaplace } from '../../src/control/statistics/discrete-laplace.ts';
import { seeded } from '../support/seeded.ts';

const random = seeded();
const draw = (below: number): number => Math.floor(random() * below);
const DRAWS = 60_000;

/** Of x, for a scale of width / step. */
function probability(x: number, width: number, step: number): number {
  const ratio = Math.exp(-step / width);
  return ((1 - ratio) / (1 + ratio)) * ratio ** Math.abs(x);
}

/** Pearson's χ² over the values from -span to span and what lies beyond on each side, with its degrees of freedom. */
function distance(values: readonly number[], span: number, width: number, step: number) {
  const cells = Array.from({ length: 2 * span + 3 }, () => 0);
  for (const value of values) {
    const at = Math.max(-span - 1, Math.min(span + 1, value)) + span + 1;
    cells[at] = (cells[at] ?? 0) + 1;
  }
  const inside = Array.from({ length: 2 * span + 1 }, (_, at) => probability(at - span, width, step));
  const outside = (1 - inside.reduce((sum, each) => sum + each, 0)) / 2;
  const expected = [outside, ...inside, outside].map((each) => each * values.length);
  const chi = cells.reduce(
    (sum, found, at) => sum + (found - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 1),
    0,
  );
  return { chi, freedom: cells.length - 1 };
}

test.each([
  { width: 1, step: 1, span: 5 },
  { width: 4, step: 1, span: 15 },
  { width: 3, step: 2, span: 7 },
  { width: 1000, step: 250, span: 15 },
  { width: 7, step: 13, span: 3 },
])('as the formula has it: width $width, step $step', ({ width, step, span }) => {
  const values = Array.from({ length: DRAWS }, () => discreteLaplace(width, step, draw));
  const { chi, freedom } = distance(values, span, width, step);
  // Six standard deviations above what is expected: by chance once in hundreds of millions.
  expect(chi).toBeLessThan(freedom + 6 * Math.sqrt(2 * freedom));
});

test('half the noise, or noise of another kind, would be seen', () => {
  const flat = Array.from({ length: DRAWS }, () => draw(9) - 4);
  const narrow = Array.from({ length: DRAWS }, () => discreteLaplace(2, 1, draw));
  const minusZero = Array.from({ length: DRAWS }, () => (draw(20) === 0 ? 0 : discreteLaplace(4, 1, draw)));
  for (const values of [flat, narrow, minusZero]) {
    const { chi, freedom } = distance(values, 15, 4, 1);
    expect(chi).toBeGreaterThan(freedom + 6 * Math.sqrt(2 * freedom));
  }
});

test('one person more or less changes the probability of no answer by more than e to the ε', () => {
  const [width, step] = [1000, 250];
  const values = Array.from({ length: DRAWS * 4 }, () => discreteLaplace(width, step, draw));
  const counted = Map.groupBy(values, (value) => value);
  for (let answer = -8; answer <= 8; answer++) {
    const [without, withOne] = [counted.get(answer)?.length ?? 0, counted.get(answer - 1)?.length ?? 0];
    // e^0.25, and room for chance.
    expect(Math.abs(Math.log(withOne / without))).toBeLessThan(0.25 + 0.08);
  }
});

test('from the system’s generator: whole numbers, on both sides of none', () => {
  const values = Array.from({ length: 2_000 }, () => discreteLaplace(10_000_000, 250));
  expect(values.every(Number.isSafeInteger)).toBe(true);
  expect(values.some((value) => value > 0) && values.some((value) => value < 0)).toBe(true);
  expect(values.some((value) => Object.is(value, -0))).toBe(false);
});

test.each([
  [0, 1],
  [1, 0],
  [-1, 1],
  [1.5, 1],
  [1, 0.25],
  [Number.NaN, 1],
  [2 ** 53, 1],
])('a scale of %d / %d is refused', (width, step) => {
  expect(() => discreteLaplace(width, step)).toThrow(RangeError);
});
