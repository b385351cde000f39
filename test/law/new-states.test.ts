/**
 * Adding a state is adding a file: Minnesota (Minn. Stat. 325M.14) and New Jersey (N.J.S.A. 56:8-166.4 et seq.) get right
 * answers by rows alone.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  agentRule,
  appealDeadlinesOf,
  deadlinesOf,
  freeOf,
  type LawTable,
  readLaw,
  refusalGrounds,
  regulatorOf,
  rightsIn,
  UNSAID,
  verificationOf,
} from '../../src/control/law/index.ts';
import { ROOT } from '../support/instance.ts';

const folder = mkdtempSync(join(tmpdir(), 'kept-law-'));
cpSync(join(ROOT, 'policy/law'), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPT_OUTS = ['opt_out_sale', 'opt_out_targeted_advertising', 'opt_out_profiling'] as const;
const FIVE = ['confirm', 'access', 'delete', 'correct', 'portability'] as const;

interface Statute {
  readonly place: string;
  readonly zone: string;
  readonly from: string;
  readonly law: readonly [name: string, short: string, citation: string];
  readonly cite: (what: string) => string;
  readonly withdrawDays: number;
  readonly extendAppealDays: number | null;
  readonly freeTimes: number;
  readonly signalFrom: string;
}

const NEW: readonly Statute[] = [
  {
    place: 'US-MN',
    zone: 'America/Chicago',
    from: '2025-07-31',
    law: ['Minnesota Consumer Data Privacy Act', 'MCDPA', 'Minn. Stat. 325M.10–325M.21'],
    cite: (what) => `Minn. Stat. 325M.14 (${what})`,
    withdrawDays: 15,
    extendAppealDays: 60,
    freeTimes: 2,
    signalFrom: '2025-07-31',
  },
  {
    place: 'US-NJ',
    zone: 'America/New_York',
    from: '2025-01-15',
    law: ['New Jersey Data Privacy Act', 'NJDPA', 'N.J.S.A. 56:8-166.4 et seq.'],
    cite: (what) => `N.J.S.A. 56:8-166.4 et seq. (${what})`,
    withdrawDays: 15,
    extendAppealDays: null,
    freeTimes: 1,
    signalFrom: '2025-07-15',
  },
];

function fileOf({ place, zone, from, law, cite, ...statute }: Statute): object {
  const row = (what: string, since = from) => ({
    citation: cite(what),
    from: since,
    to: null,
    known: 'secondary',
  });
  const days = (what: string, count: number) => ({ what, count, unit: 'calendar_days', ...row(what) });
  const [name, short, citation] = law;
  const given = [...FIVE, ...OPT_OUTS, 'limit_sensitive', 'withdraw_consent', 'appeal'];
  const agent = { rights: OPT_OUTS, proof: 'Proof that you let them act for you.', asks_person: true };
  const { signalFrom, freeTimes, extendAppealDays, withdrawDays } = statute;
  const before = new Date(Date.parse(signalFrom) - 86_400_000).toISOString().slice(0, 10);
  return {
    place,
    zones: [zone],
    holidays: 'us',
    laws: [{ name, short, ...row('law'), citation }],
    rights: given.map((right) => ({ right, scope: `What the law says of ${right}`, ...row(right) })),
    deadlines: [
      days('respond', 45),
      days('extend', 45),
      days('appeal', 45),
      days('withdraw', withdrawDays),
      ...(extendAppealDays === null ? [] : [days('extend_appeal', extendAppealDays)]),
    ],
    appeals: [{ window: 'Within a reasonable time', denied: 'You can complain.', ...row('appeal') }],
    refusals: [{ ground: 'identity_not_proven', rights: FIVE, ...row('authenticate') }],
    regulators: [{ name: 'Attorney General', url: 'https://example.org/', ...row('enforce') }],
    agents: [
      ...(signalFrom === from ? [] : [{ ...agent, signal: false, ...row('agent'), to: before }]),
      { ...agent, signal: true, ...row('agent', signalFrom) },
    ],
    verification: [
      { level: 'none', rights: OPT_OUTS, says: 'An opt-out needs no proof.', ...row('authenticate') },
      { level: 'reasonable', rights: FIVE, says: 'We check that it is you.', ...row('authenticate') },
    ],
    free: [{ count: freeTimes, period_months: 12, after: 'Later ones may cost a fee.', ...row('free') }],
  };
}

function withThem(): LawTable {
  for (const statute of NEW)
    writeFileSync(join(folder, `${statute.place.toLowerCase()}.json`), JSON.stringify(fileOf(statute)));
  return readLaw(folder);
}

const before = readLaw(folder);
const table = withThem();

test('before the rows, our tables know no law of theirs; after them, from its first day on', () => {
  for (const { place, from, law } of NEW) {
    expect(rightsIn(before, place, '2026-11-23').laws).toEqual([]);
    const eve = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);
    expect(rightsIn(table, place, eve).rights.some(({ available }) => available)).toBe(false);
    const answer = rightsIn(table, place, from);
    expect(answer.laws).toEqual([{ name: law[0], citation: law[2] }]);
    const given = answer.rights.filter(({ available }) => available).map(({ right }) => right);
    expect(given).toEqual([...FIVE, ...OPT_OUTS, 'limit_sensitive', 'withdraw_consent', 'appeal']);
  }
});

test('their times', () => {
  const received = new Date('2026-11-23T18:00Z');
  const minnesota = deadlinesOf(table, 'US-MN', '2026-11-23', received);
  expect(minnesota.respondBy).toMatchObject({ lastDay: '2027-01-07', law: { place: 'US-MN', count: 45 } });
  expect(minnesota.respondBy?.at.toISOString()).toBe('2027-01-08T05:59:59.999Z');
  expect(minnesota.extendedTo?.lastDay).toBe('2027-02-21');
  expect(minnesota.withdrawBy).toMatchObject({ lastDay: '2026-12-08', law: { place: 'US-MN' } });
  expect(minnesota.acknowledgeBy).toMatchObject({ lastDay: '2026-12-09', law: null });
  const appealIn = (place: string) => appealDeadlinesOf(table, place, '2026-11-23', received);
  expect(appealIn('US-MN')).toMatchObject({
    appealBy: { lastDay: '2027-01-07' },
    extendedTo: { lastDay: '2027-03-08' },
  });
  expect(appealIn('US-NJ')).toMatchObject({ appealBy: { lastDay: '2027-01-07' }, extendedTo: null });
});

test('all else', () => {
  const on = '2026-11-23';
  expect(freeOf(table, 'US-MN', on)).toMatchObject({ count: 2, periodMonths: 12 });
  expect(freeOf(table, 'US-NJ', on)).toMatchObject({ count: 1 });
  expect(agentRule(table, 'US-NJ', 'opt_out_sale', '2025-07-14')).toMatchObject({
    byLaw: true,
    signal: false,
  });
  expect(agentRule(table, 'US-NJ', 'opt_out_sale', '2025-07-15')).toMatchObject({
    byLaw: true,
    signal: true,
  });
  expect(agentRule(table, 'US-NJ', 'access', on).byLaw).toBe(false);
  expect(verificationOf(table, 'US-MN', 'opt_out_sale', on).level).toBe('none');
  expect(verificationOf(table, 'US-MN', 'delete', on).level).toBe('reasonable');
  expect(regulatorOf(table, 'US-NJ', on)?.name).toBe('Attorney General');
  expect(refusalGrounds(table, 'US-MN', 'access', on)[0]).toMatchObject({
    id: 'identity_not_proven',
    law: { citation: 'Minn. Stat. 325M.14 (authenticate)' },
  });
});

test('a law that is stricter than all others makes the promise to everybody stricter by itself', () => {
  const strict = fileOf({
    ...(NEW[1] as Statute),
    place: 'US-WA',
    from: '2026-01-01',
    signalFrom: '2026-01-01',
  });
  const deadlines = [
    {
      what: 'respond',
      count: 20,
      unit: 'calendar_days',
      citation: 'None',
      from: '2026-01-01',
      to: null,
      known: 'unverified',
    },
  ];
  writeFileSync(join(folder, 'us-wa.json'), JSON.stringify({ ...strict, deadlines }));
  const { respondBy, extendedTo } = deadlinesOf(
    readLaw(folder),
    UNSAID,
    '2026-11-23',
    new Date('2026-11-23T12:00Z'),
  );
  expect(respondBy).toMatchObject({ lastDay: '2026-12-13', law: null, rule: { place: 'US-WA' } });
  // It allows no extension, so nobody is promised to wait longer.
  expect(extendedTo).toBeNull();
  rmSync(join(folder, 'us-wa.json'));
});
