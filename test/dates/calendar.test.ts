/** Dates as a calendar, read by the grammar of RFC 5545; and how long before something its people are told. */
import { expect, test } from 'vitest';
import { calendarOf } from '../../src/control/dates/calendar.ts';
import { ENDS, RENEWS_YEARLY, stepAt } from '../../src/control/dates/steps.ts';
import { read } from './read-calendar.ts';

const DAY_MS = 86_400_000;
const STAMP = Date.parse('2027-01-01T10:00:00Z');
const dateOf = (what: string, at = '2027-01-31T12:00:00.000Z') => ({
  uid: 'key-1',
  at,
  what,
  url: 'https://kept.example.org/console/acct_1/keys',
});

test('none, one, and many', () => {
  expect(read(calendarOf([], 'kept.example.org', STAMP)).events).toEqual([]);
  const { properties, events } = read(
    calendarOf([dateOf('The API key “laptop” ends')], 'kept.example.org', STAMP),
  );
  expect(properties).toMatchObject({ VERSION: '2.0', METHOD: 'PUBLISH', CALSCALE: 'GREGORIAN' });
  expect(events).toEqual([
    {
      UID: 'key-1@kept.example.org',
      DTSTAMP: '20270101T100000Z',
      DTSTART: '20270131T120000Z',
      SUMMARY: 'The API key “laptop” ends',
      URL: 'https://kept.example.org/console/acct_1/keys',
      TRANSP: 'TRANSPARENT',
      CLASS: 'PRIVATE',
    },
  ]);
  expect(
    read(
      calendarOf(
        Array.from({ length: 200 }, () => dateOf('x')),
        'h',
        STAMP,
      ),
    ).events,
  ).toHaveLength(200);
});

test.each([
  'a, b; c \\ d',
  'two\nlines\r\nand three',
  `\u0000\u0007tabs\tand bells`,
  'BEGIN:VEVENT',
  'x\r\nEND:VEVENT\r\nBEGIN:VALARM',
  '🗝️'.repeat(60),
  'ж'.repeat(300),
  `${'a'.repeat(66)}é`,
])('what a key is called stays text: %j', (what) => {
  const { events } = read(calendarOf([dateOf(what)], 'kept.example.org', STAMP));
  expect(events).toHaveLength(1);
  expect(events[0]?.SUMMARY).toBe(what.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n]/gu, ''));
});

const at = STAMP + 400 * DAY_MS;
const before = (days: number, since = 0, steps = ENDS) => stepAt({ since, at }, steps, at - days * DAY_MS);

test('fourteen, three and one day before, and a month for what renews by the year', () => {
  expect([15, 14, 13.9, 3.1, 3, 2, 1, 0.5, 0, -1].map((days) => before(days))).toEqual([
    null,
    14,
    14,
    14,
    3,
    3,
    1,
    1,
    null,
    null,
  ]);
  const yearly = [46, 45, 30.1, 30, 15, 14, 3, 1, 0].map((days) => before(days, 0, RENEWS_YEARLY));
  expect(yearly).toEqual([null, null, null, 30, 30, 14, 3, 1, null]);
  // Cal. Bus. & Prof. Code § 17602(b)(2): at least 15 and at most 45 days before.
  expect(RENEWS_YEARLY.some((day) => day >= 15 && day <= 45)).toBe(true);
});

test('a jump past two of them is the latest; one that lay before the thing itself is none', () => {
  expect(before(0.9)).toBe(1);
  expect(before(2, at - 10 * DAY_MS)).toBe(3);
  expect(before(9, at - 10 * DAY_MS)).toBeNull();
  expect(before(0.4, at - DAY_MS / 2)).toBeNull();
});
