/** The files of `policy/law/` are whole, and what cannot be in them is refused, with the name of the file. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWorkingDay } from '../../src/control/law/days-off.ts';
import {
  isPlace,
  LawDamaged,
  placeInput,
  placeName,
  readLaw,
  zoneInput,
} from '../../src/control/law/index.ts';
import { ROOT } from '../support/instance.ts';

const table = readLaw();

describe('what is refused', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-law-'));
    cpSync(join(ROOT, 'policy/law'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  // biome-ignore lint/suspicious/noExplicitAny: a file is changed in ways that its type forbids
  const change = (file: string, how: (json: any) => void): void => {
    const json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    how(json);
    writeFileSync(join(folder, file), JSON.stringify(json));
  };
  const reading = () => readLaw(folder);

  test('what is not JSON', () => {
    writeFileSync(join(folder, 'us-va.json'), '{');
    expect(reading).toThrow(LawDamaged);
    expect(reading).toThrow(/^us-va\.json: /);
  });

  // biome-ignore lint/suspicious/noExplicitAny: see above
  const WRONG: readonly [what: string, how: (json: any) => void, sentence: RegExp][] = [
    ['a word that nobody reads', (json) => (json.thresholds = []), /us-va\.json: .*thresholds/s],
    ['a fact that is known by hearsay', (json) => (json.rights[0].known = 'heard'), /known/],
    ['a fact without where it stands', (json) => delete json.rights[0].citation, /citation/],
    ['a day that is none', (json) => (json.rights[0].from = '2023-02-29'), /from/],
    [
      'two rows for one day',
      (json) => json.rights.push(json.rights[0]),
      /right confirm has two rows on 2023-01-01/,
    ],
    ['an end before the beginning', (json) => (json.rights[0].to = '2022-12-31'), /before it begins/],
    ['a right before its law', (json) => (json.rights[0].from = '2022-12-31'), /before any law/],
    ['a right with nothing in it', (json) => delete json.rights[0].scope, /has a scope, or is not given/],
    [
      'a ground that is not in the list',
      (json) => (json.refusals[0].ground = 'busy'),
      /there is no ground busy/,
    ],
    ['a zone that is none', (json) => (json.zones = ['Mars/Olympus']), /is no time zone/],
    ['a calendar that is none', (json) => (json.holidays = 'moon'), /there is no calendar moon/],
    ['a place that is none', (json) => (json.place = 'US-ZZ'), /there is no place US-ZZ/],
    ['another place’s file', (json) => (json.place = 'US-NJ'), /is the file of another place than US-NJ/],
    ['a link that is none', (json) => (json.regulators[0].url = 'javascript:alert(1)'), /url/],
  ];
  test.each(WRONG)('%s', (_what, how, sentence) => {
    change('us-va.json', how);
    expect(reading).toThrow(sentence);
  });

  test('a changed row is another version of the law', () => {
    expect(reading().version).toBe(table.version);
    change('us-va.json', (json) => (json.rights[0].citation = 'Another'));
    expect(reading().version).not.toBe(table.version);
  });
});

test('every ground is used, and each fact that was seen says where', () => {
  const used = [...table.jurisdictions.values()].flatMap(({ refusals }) =>
    refusals.map(({ ground }) => ground),
  );
  const all = new Set([...used, ...table.everybody.refusals.map(({ ground }) => ground)]);
  expect([...table.grounds.keys()].filter((id) => !all.has(id))).toEqual([]);
  const silent = [...table.jurisdictions.values()].flatMap(({ place, laws, rights, deadlines }) =>
    [...laws, ...rights, ...deadlines]
      .filter(({ known, source }) => known === 'text_seen' && source === undefined)
      .map(({ citation }) => `${place}: ${citation}`),
  );
  expect(silent).toEqual([]);
});

describe('places', () => {
  test.each(['EU', 'US-CA', 'US-NY', 'US-PR', 'US', 'FR', 'BR', 'GB'])('%s is one', (place) => {
    expect(placeInput.safeParse(place).success).toBe(true);
    expect(placeName(place)).not.toBe(place);
  });
  test.each([
    '',
    'us-ca',
    'CA-US',
    'US-ZZ',
    'UK',
    'EL',
    'XX',
    'France',
    'US-CA ',
    'unsaid',
    '__proto__',
    'constructor',
  ])('%j is none', (place) => {
    expect(placeInput.safeParse(place).success).toBe(false);
    expect(isPlace(place)).toBe(false);
  });
  test('zones', () => {
    expect(zoneInput.safeParse('Europe/Paris').success).toBe(true);
    expect(zoneInput.safeParse('Europe/Atlantis').success).toBe(false);
  });
});

describe('days off', () => {
  const works = (calendar: string, day: string): boolean => {
    const found = table.calendars.get(calendar);
    if (found === undefined) throw new Error(`no calendar ${calendar}`);
    return isWorkingDay(Temporal.PlainDate.from(day), found);
  };
  test.each([
    ['us', '2026-01-19', 'the third Monday in January'],
    ['us', '2026-05-25', 'the last Monday in May'],
    ['us', '2026-06-19', 'Juneteenth'],
    ['us', '2026-07-03', 'a holiday on Saturday, kept the day before'],
    ['us', '2021-12-31', 'New Year of the next year, kept the day before'],
    ['us', '2027-07-05', 'a holiday on Sunday, kept the day after'],
    ['us', '2026-11-26', 'Thanksgiving'],
    ['us-ca', '2026-03-31', 'Cesar Chavez Day'],
    ['us-ca', '2026-11-27', 'the day after Thanksgiving'],
    ['us-ca', '2030-04-01', 'a Monday after a holiday on Sunday'],
    ['eu', '2026-12-25', 'Christmas'],
    ['eu', '2026-01-01', 'New Year'],
    ['eu', '2026-11-28', 'a Saturday'],
  ])('%s: %s is one, %s', (calendar, day) => expect(works(calendar, day)).toBe(false));
  test.each([
    ['us', '2020-06-19', 'before Juneteenth was one'],
    ['us', '2026-11-27', 'a Friday like others'],
    ['us', '2026-05-18', 'the last Monday but one'],
    ['us-ca', '2021-12-31', 'New Year on a Saturday stays there'],
    ['us-ca', '2026-10-12', 'no holiday of the state'],
    ['eu', '2026-04-03', 'Good Friday, which not every member keeps'],
    ['eu', '2026-12-28', 'the institutions are closed, members are not'],
  ])('%s: %s is none, %s', (calendar, day) => expect(works(calendar, day)).toBe(true));
});
