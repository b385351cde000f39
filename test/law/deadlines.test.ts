/** Deadlines in hard cases, counted by hand: ends of months and years, leap days, clocks that change, days off, zones. */
import { describe, expect, test } from 'vitest';
import {
  appealDeadlinesOf,
  type Counting,
  type Deadlines,
  deadlinesOf,
  readLaw,
  UNSAID,
} from '../../src/control/law/index.ts';

const table = readLaw();
const ON = '2026-11-23';

const of = (place: string, receivedAt: string, counting: Counting = {}) =>
  deadlinesOf(table, place, ON, new Date(receivedAt), counting);
const at = (deadlines: Deadlines, name: keyof Deadlines) => deadlines[name]?.at.toISOString() ?? null;

describe('the month of the GDPR (Regulation 1182/71)', () => {
  test.each([
    [
      'a day later than the month is long, and then a Saturday',
      '2026-01-31T10:00Z',
      '2026-03-02T22:59:59.999Z',
    ],
    ['the leap day', '2028-01-31T10:00Z', '2028-02-29T22:59:59.999Z'],
    ['the last day of February, which is no end of March', '2027-02-28T10:00Z', '2027-03-29T21:59:59.999Z'],
    ['Christmas on a Friday', '2026-11-25T10:00Z', '2026-12-28T22:59:59.999Z'],
    ['New Year', '2025-12-01T10:00Z', '2026-01-02T22:59:59.999Z'],
    ['into summer time', '2026-03-01T12:00Z', '2026-04-01T21:59:59.999Z'],
    ['into winter time', '2026-10-05T12:00Z', '2026-11-05T22:59:59.999Z'],
    ['half an hour after midnight there', '2026-06-30T22:30Z', '2026-08-03T21:59:59.999Z'],
    ['the second before midnight there', '2026-06-30T21:59:59Z', '2026-07-30T21:59:59.999Z'],
  ])('%s', (_what, receivedAt, respondBy) => {
    expect(at(of('DE', receivedAt), 'respondBy')).toBe(respondBy);
  });

  test('two further months, from the end of the first', () => {
    expect(at(of('DE', '2026-01-31T10:00Z'), 'extendedTo')).toBe('2026-04-28T21:59:59.999Z');
    expect(at(of('DE', '2026-11-02T10:00Z'), 'extendedTo')).toBe('2027-02-02T22:59:59.999Z');
  });

  test('it stands still while identity is in doubt, for whole days', () => {
    const waited = (because: 'identity' | 'fraud', to: string) => ({
      waited: [{ because, from: new Date('2026-11-03T09:00Z'), to: new Date(to) }],
    });
    const received = '2026-11-02T09:00Z';
    expect(at(of('DE', received), 'respondBy')).toBe('2026-12-02T22:59:59.999Z');
    expect(at(of('DE', received, waited('identity', '2026-11-08T12:00Z')), 'respondBy')).toBe(
      '2026-12-07T22:59:59.999Z',
    );
    expect(at(of('DE', received, waited('identity', '2026-11-04T08:59Z')), 'respondBy')).toBe(
      '2026-12-02T22:59:59.999Z',
    );
    expect(at(of('DE', received, waited('fraud', '2026-11-08T12:00Z')), 'respondBy')).toBe(
      '2026-12-02T22:59:59.999Z',
    );
  });

  test('where somebody of the Union does not say their country, its earliest end counts', () => {
    // 23:30 of the 14th in Lisbon, 01:30 of the 15th in Athens.
    const { respondBy } = of('EU', '2026-12-14T23:30Z');
    expect([respondBy?.zone, respondBy?.lastDay]).toEqual(['Europe/Lisbon', '2027-01-14']);
  });
});

describe('days', () => {
  const CALIFORNIA: readonly [keyof Deadlines, string][] = [
    // Thanksgiving and the day after it are none.
    ['acknowledgeBy', '2026-12-10T07:59:59.999Z'],
    ['respondBy', '2027-01-08T07:59:59.999Z'],
    ['extendedTo', '2027-02-22T07:59:59.999Z'],
    ['optOutBy', '2026-12-17T07:59:59.999Z'],
  ];
  test.each(CALIFORNIA)('California, %s', (name, expected) => {
    const received = of('US-CA', '2026-11-23T20:00Z');
    expect(at(received, name)).toBe(expected);
    expect(received[name]?.law?.place).toBe('US-CA');
    // Half an hour before midnight is the same day still.
    expect(at(of('US-CA', '2026-11-24T07:30Z'), name)).toBe(expected);
    expect(at(of('US-CA', '2026-11-24T08:00Z'), name)).not.toBe(expected);
  });

  test('received on a Saturday, the first business day is Monday', () => {
    expect(of('US-CA', '2026-10-03T19:00Z').acknowledgeBy?.lastDay).toBe('2026-10-16');
  });

  test('over the end of a year, New Year is no business day', () => {
    expect(of('US-CA', '2026-12-21T19:00Z').acknowledgeBy?.lastDay).toBe('2027-01-06');
  });

  test('calendar days end on whatever day they end, through the changes of clocks', () => {
    expect(at(of('US-CA', '2027-01-29T20:00Z'), 'respondBy')).toBe('2027-03-16T06:59:59.999Z');
    expect(of('US-IA', '2026-01-01T18:00Z')).toMatchObject({
      respondBy: { lastDay: '2026-04-01' },
      // A Saturday.
      extendedTo: { lastDay: '2026-05-16' },
    });
    expect(of('US-VA', '2028-01-15T17:00Z').respondBy?.lastDay).toBe('2028-02-29');
  });

  test('Florida may extend by fifteen days only', () => {
    expect(of('US-FL', '2026-07-01T16:00Z')).toMatchObject({
      respondBy: { lastDay: '2026-08-15' },
      extendedTo: { lastDay: '2026-08-30' },
    });
  });

  test('a state of two zones: the earlier end, unless the person says where they are', () => {
    // 00:30 of the 1st of July in Miami, 23:30 of the 30th of June in Pensacola.
    const received = '2026-07-01T04:30Z';
    expect(at(of('US-FL', received), 'respondBy')).toBe('2026-08-15T04:59:59.999Z');
    expect(at(of('US-FL', received, { zone: 'America/New_York' }), 'respondBy')).toBe(
      '2026-08-16T03:59:59.999Z',
    );
  });

  test('a day that has no midnight', () => {
    const { respondBy } = of('US-CA', '2027-02-10T12:00Z', { zone: 'Atlantic/Azores' });
    expect([respondBy?.lastDay, respondBy?.at.toISOString()]).toEqual([
      '2027-03-27',
      '2027-03-28T00:59:59.999Z',
    ]);
  });

  test('no state stops its clock for identity; Utah does for fraud', () => {
    const waited = (because: 'identity' | 'fraud') => ({
      waited: [{ because, from: new Date('2026-11-03T09:00Z'), to: new Date('2026-11-13T09:00Z') }],
    });
    const received = '2026-11-02T17:00Z';
    for (const place of table.jurisdictions.keys())
      if (place !== 'EU') expect(of(place, received, waited('identity')), place).toEqual(of(place, received));
    expect(of('US-UT', received).respondBy?.lastDay).toBe('2026-12-17');
    expect(of('US-UT', received, waited('fraud')).respondBy?.lastDay).toBe('2026-12-27');
  });

  test('consent that is taken back', () => {
    expect(of('US-CT', '2026-11-02T17:00Z').withdrawBy).toMatchObject({
      lastDay: '2026-11-17',
      law: { count: 15 },
    });
    expect(of('US-MT', '2026-11-02T17:00Z').withdrawBy).toMatchObject({
      lastDay: '2026-12-17',
      law: { count: 45 },
    });
    expect(of('US-VA', '2026-11-02T17:00Z').withdrawBy).toMatchObject({ lastDay: '2026-11-17', law: null });
  });
});

describe('where no law of the place sets a time', () => {
  const received = '2026-11-23T20:00Z';
  // 23:00 in Mayotte: the law of the Union ends there first.
  test.each([UNSAID, 'US-NY', 'BR', 'GB'])('%s: the earliest of all', (place) => {
    const deadlines = of(place, received);
    for (const one of Object.values(deadlines)) expect(one?.law).toBeNull();
    expect(at(deadlines, 'respondBy')).toBe('2026-12-23T20:59:59.999Z');
    expect(deadlines.respondBy?.rule).toMatchObject({ place: 'EU', count: 1, unit: 'months' });
    expect(at(deadlines, 'acknowledgeBy')).toBe('2026-12-09T20:59:59.999Z');
    expect(at(deadlines, 'optOutBy')).toBe('2026-12-16T20:59:59.999Z');
    expect(deadlines.extendedTo?.lastDay).toBe('2027-01-07');
  });

  test('in their own zone, where they said it', () => {
    expect(at(of('BR', received, { zone: 'America/Sao_Paulo' }), 'respondBy')).toBe(
      '2026-12-24T02:59:59.999Z',
    );
  });

  test('what a state leaves open is filled, and said to be ours', () => {
    const { acknowledgeBy, optOutBy, respondBy } = of('US-VA', received);
    expect(acknowledgeBy).toMatchObject({ lastDay: '2026-12-09', law: null, rule: { place: 'US-CA' } });
    expect(acknowledgeBy?.at.toISOString()).toBe('2026-12-10T04:59:59.999Z');
    expect(optOutBy).toMatchObject({ lastDay: '2026-12-16', law: null });
    expect(respondBy).toMatchObject({ law: { place: 'US-VA', citation: 'Va. Code 59.1-577(B)(1)' } });
  });

  test('before there was any law, there is no deadline', () => {
    const deadlines = deadlinesOf(table, UNSAID, '2018-05-24', new Date(received));
    expect(Object.values(deadlines)).toEqual([null, null, null, null, null]);
  });
});

describe('appeals', () => {
  const appeal = (place: string, receivedAt: string) =>
    appealDeadlinesOf(table, place, ON, new Date(receivedAt));
  test.each([
    ['US-CO', '2027-02-18', '2027-04-19'],
    ['US-OR', '2027-02-18', null],
    ['US-VA', '2027-03-05', null],
    ['US-IA', '2027-03-05', null],
  ])('%s', (place, appealBy, extendedTo) => {
    const found = appeal(place, '2027-01-04T18:00Z');
    expect([found.appealBy?.lastDay, found.extendedTo?.lastDay ?? null]).toEqual([appealBy, extendedTo]);
    expect(found.appealBy?.law?.place).toBe(place);
  });

  test.each(['US-CA', 'US-UT', 'FR', 'US-NY', UNSAID])('%s: as soon as any law asks for', (place) => {
    const { appealBy, extendedTo } = appeal(place, '2027-01-04T18:00Z');
    expect(appealBy).toMatchObject({ lastDay: '2027-02-18', law: null });
    expect(extendedTo).toBeNull();
  });
});
