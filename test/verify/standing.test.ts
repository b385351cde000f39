/** What looks come to, clause by clause: the worst counts, what is old counts no more, and nothing is kept unseen. */
import { expect, test } from 'vitest';
import type { CheckStanding } from '../../src/control/verification/index.ts';
import { type Check, kept } from '../../src/verify/check.ts';
import { CHECKS as EVERY } from '../../src/verify/checks/index.ts';
import { STALE_MS, standingOf } from '../../src/verify/standing.ts';

const NOW = Date.parse('2027-01-31T12:00:00Z');
const check = (id: string, ...clauses: string[]): Check => ({
  id,
  clauses,
  pace: 'hour',
  probe: 'Looks.',
  look: async () => kept('So.'),
});
const seen = (id: string, verdict: CheckStanding['verdict'], ago = 0): [string, CheckStanding] => [
  id,
  {
    id,
    probe: 'Looks.',
    verdict,
    observed: `${id} is ${verdict}.`,
    at: new Date(NOW - ago).toISOString(),
    ms: 1,
  },
];
const since = (looks: readonly [string, CheckStanding][]) => ({
  history: { days: () => [] },
  ages: { of: (id: string) => NOW - Date.parse(new Map(looks).get(id)?.at ?? '1970-01-01') },
  now: NOW,
});
const CHECKS = [check('one', 'A-1', 'B-1'), check('two', 'A-1')];
const verdicts = (...looks: [string, CheckStanding][]) =>
  Object.fromEntries(
    standingOf(['A-1', 'B-1', 'C-1'], CHECKS, new Map(looks), since(looks)).clauses.map(({ id, verdict }) => [
      id,
      verdict,
    ]),
  );

test('a clause is as good as the worst of its checks', () => {
  expect(verdicts(seen('one', 'kept'), seen('two', 'kept'))).toEqual({
    'A-1': 'kept',
    'B-1': 'kept',
    'C-1': 'not-built',
  });
  expect(verdicts(seen('one', 'kept'), seen('two', 'off'))).toMatchObject({ 'A-1': 'off', 'B-1': 'kept' });
  expect(verdicts(seen('one', 'off'), seen('two', 'broken'))).toMatchObject({
    'A-1': 'broken',
    'B-1': 'off',
  });
  expect(verdicts(seen('one', 'attested'), seen('two', 'kept'))).toMatchObject({ 'A-1': 'attested' });
});

test('what was not seen, or too long ago, is not kept; what is broken stays so', () => {
  expect(verdicts()).toEqual({ 'A-1': null, 'B-1': null, 'C-1': 'not-built' });
  expect(verdicts(seen('one', 'kept'))).toMatchObject({ 'A-1': null, 'B-1': 'kept' });
  const old = STALE_MS + 1;
  expect(verdicts(seen('one', 'kept', old), seen('two', 'kept'))).toMatchObject({ 'A-1': null, 'B-1': null });
  expect(verdicts(seen('one', 'broken', old))).toMatchObject({ 'A-1': 'broken', 'B-1': 'broken' });
});

test('the oldest look is told, once all were taken', () => {
  const oldestOf = (...looks: [string, CheckStanding][]) =>
    standingOf(['A-1'], CHECKS, new Map(looks), since(looks)).oldest;
  expect(oldestOf(seen('one', 'kept'))).toBeNull();
  expect(oldestOf(seen('one', 'kept', 5000), seen('two', 'off'))).toBe(new Date(NOW - 5000).toISOString());
});

test('what rests on something broken is broken with it, says why, and is what it was once that holds again', () => {
  const checks = [{ ...check('leaf', 'A-1'), restsOn: ['root'] }, check('root', 'B-1')];
  const clauseOf = (...looks: [string, CheckStanding][]) =>
    standingOf(['A-1'], checks, new Map(looks), since(looks)).clauses[0];
  const fallen = clauseOf(seen('leaf', 'kept'), seen('root', 'broken'));
  expect(fallen).toMatchObject({
    verdict: 'broken',
    reason: 'What it rests on does not hold. root is broken.',
    checks: [{ id: 'leaf', verdict: 'broken' }],
  });
  expect(clauseOf(seen('leaf', 'attested'), seen('root', 'broken'))?.verdict).toBe('broken');
  expect(clauseOf(seen('leaf', 'kept'), seen('root', 'kept'))?.verdict).toBe('kept');
  expect(clauseOf(seen('leaf', 'off'), seen('root', 'broken'))?.verdict).toBe('off');
});

test('checks rest on checks that there are', () => {
  const ids = EVERY.map(({ id }) => id);
  for (const { restsOn = [] } of EVERY) expect(ids).toEqual(expect.arrayContaining([...restsOn]));
});
