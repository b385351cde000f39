/** Who has to be told of a breach, by number, place, kinds of data, whether they can be read, and risk: against a table that was written from the laws. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/control/breach/content.ts';
import { draftOf } from '../../src/control/breach/drafts.ts';
import { dutiesOf, placesWithoutLaw } from '../../src/control/breach/duties.ts';
import { readBreachLaw } from '../../src/control/breach/law.ts';
import { markAt } from '../../src/control/breach/remind.ts';
import type { StandingDuty } from '../../src/control/breach/standing.ts';
import { readLaw } from '../../src/control/law/index.ts';
import { COMPANY } from '../support/company.ts';

const HOUR_MS = 3_600_000;
const AWARE = '2026-11-30T06:00:00.000Z';
const rules = { law: readLaw(), table: readBreachLaw(), hipaa: false, peopleTold: new Map() };

const facts = (more: Partial<Facts> = {}): Facts => ({
  aware: AWARE,
  happened: 'A backup was read by a stranger.',
  natures: ['disclosed'],
  groups: ['customers'],
  places: [],
  records: 0,
  classes: ['user.name', 'user.contact.email', 'user.authorization.credentials'],
  readable: 'readable',
  risk: 'high',
  riskWhy: 'Passwords may be tried elsewhere.',
  consequences: '',
  measures: '',
  advice: '',
  contact: '',
  affected: 'everybody',
  named: [],
  people: [],
  ...more,
});

/** Each duty with the hours after which it is due. */
const told = (more: Partial<Facts>, with_: Partial<typeof rules> = {}): Record<string, number> =>
  Object.fromEntries(
    dutiesOf(facts(more), { ...rules, ...with_ }).map(({ key, dueAt }) => [
      key,
      (dueAt.getTime() - Date.parse(AWARE)) / HOUR_MS,
    ]),
  );

const CASES: Readonly<Record<string, readonly [Partial<Facts>, Record<string, number>]>> = {
  'nobody anywhere': [{}, {}],
  'a high risk in a member of the Union': [
    { places: [{ place: 'FR', count: 1 }] },
    { 'EU authority': 72, 'EU people': 72 },
  ],
  'a risk in the Union': [{ places: [{ place: 'EU', count: 9 }], risk: 'risk' }, { 'EU authority': 72 }],
  'no risk in the Union': [{ places: [{ place: 'DE', count: 9 }], risk: 'unlikely' }, {}],
  'a risk that nobody assessed': [
    { places: [{ place: 'DE', count: 9 }], risk: 'unknown' },
    { 'EU authority': 72, 'EU people': 72 },
  ],
  'sealed, and no key gone: the authority still hears of it': [
    { places: [{ place: 'DE', count: 9 }], readable: 'sealed' },
    { 'EU authority': 72 },
  ],
  'sealed, but keys may be gone': [
    { places: [{ place: 'DE', count: 9 }], readable: 'keys' },
    { 'EU authority': 72, 'EU people': 72 },
  ],
  'whose place nobody knows': [
    { places: [{ place: 'unsaid', count: 3 }] },
    { 'EU authority': 72, 'EU people': 72 },
  ],
  'California, up to 500': [{ places: [{ place: 'US-CA', count: 500 }] }, { 'US-CA people': 720 }],
  'California, more': [
    { places: [{ place: 'US-CA', count: 501 }] },
    { 'US-CA people': 720, 'US-CA authority': 720 + 360 },
  ],
  'California, sealed': [{ places: [{ place: 'US-CA', count: 501 }], readable: 'sealed' }, {}],
  'California, nothing that its law lists': [
    { places: [{ place: 'US-CA', count: 501 }], classes: ['user.name', 'user.contact.email'] },
    {},
  ],
  'California, before its law said a number': [
    { places: [{ place: 'US-CA', count: 501 }], aware: '2025-11-30T06:00:00.000Z' },
    {},
  ],
  'Texas, 249': [{ places: [{ place: 'US-TX', count: 249 }] }, { 'US-TX people': 1440 }],
  'Texas, 250': [
    { places: [{ place: 'US-TX', count: 250 }] },
    { 'US-TX people': 1440, 'US-TX authority': 720 },
  ],
  'Florida, 1,001': [
    { places: [{ place: 'US-FL', count: 1001 }] },
    { 'US-FL people': 720, 'US-FL authority': 720, 'US-FL agencies': 72 },
  ],
  'Oregon, 251': [
    { places: [{ place: 'US-OR', count: 251 }] },
    { 'US-OR people': 1080, 'US-OR authority': 1080 },
  ],
  'two places at once': [
    {
      places: [
        { place: 'US-NY', count: 2 },
        { place: 'IT', count: 1 },
      ],
      risk: 'risk',
    },
    { 'EU authority': 72, 'US-NY people': 720, 'US-NY authority': 720 },
  ],
};

test.each(Object.entries(CASES))('%s', (_name, [more, expected]) => {
  expect(told(more)).toEqual(expected);
});

describe('HIPAA, where the operator says that it holds', () => {
  const hipaa = { hipaa: true };
  const places = (count: number) => ({ places: [{ place: 'US-OH', count }] });
  test('fewer than 500: the Secretary after the end of the year', () => {
    const yearEnd = (Date.UTC(2027, 0, 1) - Date.parse(AWARE)) / HOUR_MS + 60 * 24;
    expect(told(places(499), hipaa)).toEqual({ 'US people hipaa': 1440, 'US authority hipaa': yearEnd });
  });
  test('500: with the people; more than 500 of one State: media too', () => {
    expect(told(places(500), hipaa)).toEqual({ 'US people hipaa': 1440, 'US authority hipaa': 1440 });
    expect(told(places(501), hipaa)).toEqual({
      'US people hipaa': 1440,
      'US authority hipaa': 1440,
      'US-OH media hipaa': 1440,
    });
  });
});

test('the clock of California’s Attorney General begins when the people were told', () => {
  const peopleTold = new Map([['US-CA', new Date(Date.parse(AWARE) + 48 * HOUR_MS)]]);
  expect(told({ places: [{ place: 'US-CA', count: 501 }] }, { peopleTold })['US-CA authority']).toBe(
    48 + 360,
  );
});

test('a place that no row is about is named, not passed over', () => {
  const places = [
    { place: 'US-OH', count: 3 },
    { place: 'US-CA', count: 1 },
    { place: 'JP', count: 1 },
  ];
  expect(placesWithoutLaw(facts({ places }), rules)).toEqual(['US-OH', 'JP']);
});

test('every row says where it stands, and what was read has a source', () => {
  for (const { citation, known, source, place, whom } of rules.table.duties) {
    expect(citation, `${place} ${whom}`).not.toBe('');
    if (known === 'text_seen') expect(source, `${place} ${whom}`).toBeDefined();
  }
});

test('a deadline is told of a day and six hours before, and at its end; what is told needs no reminder', () => {
  const duty = { dueAt: new Date(Date.parse(AWARE) + 72 * HOUR_MS), state: 'open' } as StandingDuty;
  const at = (hours: number) => markAt(duty, Date.parse(AWARE) + hours * HOUR_MS);
  expect([0, 47, 48, 65, 66, 71, 72, 1000].map(at)).toEqual([
    null,
    null,
    'day',
    'day',
    'hours',
    'hours',
    'due',
    'due',
  ]);
  for (const state of ['told', 'partly', 'not_told'] as const)
    expect(markAt({ ...duty, state }, Date.parse(AWARE) + 1000 * HOUR_MS)).toBeNull();
});

describe('drafts', () => {
  test('the authority gets all that Article 33(3) lists', () => {
    const text = draftOf('authority', facts({ places: [{ place: 'FR', count: 12 }], records: 40 }), COMPANY);
    for (const part of [
      'A backup was read',
      'Customers',
      'France: 12',
      'about 40',
      'Credential',
      COMPANY.policyEmail,
    ])
      expect(text).toContain(part);
    for (const title of [
      '1. What happened',
      '2. Where more',
      '3. Likely consequences',
      '4. What we have done',
    ])
      expect(text).toContain(title);
  });
  test('people get it in plain words, and what is not known is said to be so', () => {
    const text = draftOf('people', facts({ advice: 'Change your password.' }), COMPANY);
    expect(text).toContain('Change your password.');
    expect(text).toContain('Not known yet');
    expect(text).not.toMatch(/Article|pursuant|data subject/);
  });
});
