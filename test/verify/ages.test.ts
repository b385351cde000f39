/** How old a look is: no clock makes it younger, and one that goes on makes it older whatever another says. */
import { expect, test } from 'vitest';
import { Ages, type Clocks } from '../../src/verify/ages.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2027-01-31T12:00:00Z');

function clocks() {
  let now: Clocks = { set: START, steady: 5_000 };
  const ages = new Ages(() => now);
  return {
    ages,
    /** Time goes on by so many hours, and somebody sets the clock by others besides. */
    pass: (hours: number, setBy = 0) => {
      now = { set: now.set + (hours + setBy) * HOUR_MS, steady: now.steady + hours * HOUR_MS };
    },
    /** The machine sleeps: only the clock that is set goes on afterwards. */
    sleep: (hours: number) => {
      now = { ...now, set: now.set + hours * HOUR_MS };
    },
  };
}

test('what never looked is infinitely old', () => {
  expect(clocks().ages.of('one')).toBe(Number.POSITIVE_INFINITY);
});

test('time makes a look older, and so does a clock that is set ahead, or a sleep', () => {
  const { ages, pass, sleep } = clocks();
  ages.looked('one', true);
  pass(2);
  expect(ages.of('one')).toBe(2 * HOUR_MS);
  pass(1, 30);
  expect(ages.of('one')).toBe(33 * HOUR_MS);
  ages.looked('one', true);
  sleep(25);
  expect(ages.of('one')).toBe(25 * HOUR_MS);
});

test('a clock that is set back makes nothing younger: what was seen later than now has no age', () => {
  const { ages, pass } = clocks();
  ages.looked('one', true);
  pass(0, -48);
  expect(ages.of('one')).toBe(Number.POSITIVE_INFINITY);
  ages.looked('one', true);
  expect(ages.of('one')).toBe(0);
  pass(30, -29);
  expect(ages.of('one')).toBe(30 * HOUR_MS);
});

test('a clock that is corrected by a little is no other clock', () => {
  const { ages, pass } = clocks();
  ages.looked('one', true);
  pass(1, -0.05);
  expect(ages.of('one')).toBe(HOUR_MS);
  pass(0, -1);
  expect(ages.of('one')).toBe(HOUR_MS);
});

test('what could not look says so until it could', () => {
  const { ages } = clocks();
  expect(ages.failed('one')).toBe(false);
  ages.looked('one', false);
  expect(ages.failed('one')).toBe(true);
  ages.looked('one', true);
  expect(ages.failed('one')).toBe(false);
});
