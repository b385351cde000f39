/** docs/hardening.md and `kept doctor` speak of the same lines. */
import { expect, test } from 'vitest';
import { HARDENING } from '../../src/processes/doctor/hardening.ts';
import { page } from '../docs/pages.ts';

const rows = [...page('docs/hardening.md').text.matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm)];

test('every line of the page is looked at by what it names, or said to be seen by no program', () => {
  const onPage = rows.map(([, number, by = '']) => ({
    number: Number(number),
    by: by === 'no program sees it' ? [] : by.split(', ').map((name) => name.replaceAll('`', '')),
  }));
  expect(onPage).toEqual(HARDENING);
});

test('lines are numbered without a gap', () => {
  expect(HARDENING.map(({ number }) => number)).toEqual(HARDENING.map((_, at) => at + 1));
});
