/** The strip of days: the worst of each counts, a day on which not all looked is none, and what is long over is forgotten. */
import { expect, test } from 'vitest';
import { DAY_MS, DAYS_SHOWN, History } from '../../src/verify/history.ts';

const NOW = Date.parse('2027-01-31T12:00:00Z');
const ago = (days: number) => new Date(NOW - days * DAY_MS).toISOString();

test('the worst of each day, and none where somebody did not look', () => {
  const history = new History();
  history.add({ check: 'one', verdict: 'kept', since: ago(4), until: ago(0) });
  history.add({ check: 'two', verdict: 'kept', since: ago(2), until: ago(0) });
  history.add({ check: 'two', verdict: 'off', since: ago(1), until: ago(1) });
  history.add({ check: 'one', verdict: 'broken', since: ago(3), until: ago(3) });
  const last = (checks: string[]) => history.days(checks, NOW).slice(-6);
  expect(last(['one'])).toEqual([null, 'kept', 'broken', 'kept', 'kept', 'kept']);
  expect(last(['one', 'two'])).toEqual([null, null, 'broken', 'kept', 'off', 'kept']);
  expect(last([])).toEqual([null, null, null, null, null, null]);
});

test('a long row fills the strip and no more', () => {
  const history = new History();
  history.add({ check: 'one', verdict: 'kept', since: ago(400), until: ago(0) });
  expect(history.days(['one'], NOW)).toEqual(Array.from({ length: DAYS_SHOWN }, () => 'kept'));
  expect(history.days(['one'], NOW + 2 * DAY_MS).slice(-2)).toEqual([null, null]);
});

test('a clock that was a year ahead for a while takes no day away', () => {
  const history = new History();
  history.add({ check: 'one', verdict: 'kept', since: ago(10), until: ago(1) });
  history.add({ check: 'one', verdict: 'kept', since: ago(-365), until: ago(-365) });
  history.add({ check: 'one', verdict: 'kept', since: ago(0), until: ago(0) });
  expect(history.days(['one'], NOW).slice(-12)).toEqual([null, ...Array.from({ length: 11 }, () => 'kept')]);
});
