/**
 * Rights and times of each state, the Union and elsewhere, before and after each law's start and amendment. Written from
 * the statutes and the policy's list, not from our tables.
 */
import { expect, test } from 'vitest';
import { RIGHTS, type Right, readLaw, rightsIn } from '../../src/control/law/index.ts';

const table = readLaw();

type Times = Partial<ReturnType<typeof rightsIn>['deadlines']>;
type Row = readonly [on: string, rights: readonly Right[], times: Times];

const NOTHING: Row[1] = [];
const OLD_CALIFORNIA = ['confirm', 'access', 'delete', 'portability', 'opt_out_sale'] as const;
const CALIFORNIA = [...OLD_CALIFORNIA, 'correct', 'opt_out_targeted_advertising', 'limit_sensitive'] as const;
/** Virginia's model. */
const MODEL = [
  'confirm',
  'access',
  'delete',
  'correct',
  'portability',
  'opt_out_sale',
  'opt_out_targeted_advertising',
  'opt_out_profiling',
  'limit_sensitive',
  'appeal',
] as const;
/** With consent that ends on a day that the law sets. */
const REVOCABLE = [...MODEL, 'withdraw_consent'] as const;
const IOWA = [
  'confirm',
  'access',
  'delete',
  'portability',
  'opt_out_sale',
  'limit_sensitive',
  'appeal',
] as const;
const OLD_UTAH = [
  'confirm',
  'access',
  'delete',
  'portability',
  'opt_out_sale',
  'opt_out_targeted_advertising',
  'limit_sensitive',
] as const;
const UNION = [
  'confirm',
  'access',
  'delete',
  'correct',
  'portability',
  'opt_out_targeted_advertising',
  'opt_out_profiling',
  'limit_sensitive',
  'restrict',
  'object',
  'withdraw_consent',
] as const;

const ANSWER = { respond_days: 45, extension_days: 45 };
const APPEAL_60 = { ...ANSWER, appeal_days: 60 };
const APPEAL_45 = { ...ANSWER, appeal_days: 45 };
const CONFIRMED = { ...ANSWER, acknowledge_days: 10, opt_out_days: 15 };
const COLORADO = { ...APPEAL_45, appeal_extension_days: 60 };
const FLORIDA = { respond_days: 45, extension_days: 15, appeal_days: 60 };
const IN_IOWA = { respond_days: 90, extension_days: 45, appeal_days: 60 };
const A_MONTH = { respond_months: 1, extension_months: 2 };

const ORACLE: Readonly<Record<string, readonly Row[]>> = {
  'US-CA': [
    ['2019-12-31', NOTHING, {}],
    ['2020-01-01', OLD_CALIFORNIA, ANSWER],
    ['2020-08-14', OLD_CALIFORNIA, CONFIRMED],
    ['2022-12-31', OLD_CALIFORNIA, CONFIRMED],
    ['2023-01-01', CALIFORNIA, CONFIRMED],
    ['2026-12-31', CALIFORNIA, CONFIRMED],
    ['2027-01-01', [...CALIFORNIA, 'opt_out_profiling'], CONFIRMED],
  ],
  'US-CO': [
    ['2023-06-30', NOTHING, {}],
    ['2023-07-01', REVOCABLE, COLORADO],
    ['2024-06-30', REVOCABLE, COLORADO],
    ['2024-07-01', REVOCABLE, COLORADO],
    ['2026-11-23', REVOCABLE, COLORADO],
  ],
  'US-CT': [
    ['2023-06-30', NOTHING, {}],
    ['2023-07-01', REVOCABLE, APPEAL_60],
    ['2026-06-30', REVOCABLE, APPEAL_60],
    ['2026-07-01', REVOCABLE, APPEAL_60],
    ['2026-11-23', REVOCABLE, APPEAL_60],
  ],
  'US-DE': [
    ['2024-12-31', NOTHING, {}],
    ['2025-01-01', REVOCABLE, APPEAL_60],
    ['2025-12-31', REVOCABLE, APPEAL_60],
    ['2026-01-01', REVOCABLE, APPEAL_60],
    ['2026-11-23', REVOCABLE, APPEAL_60],
  ],
  'US-FL': [
    ['2023-07-01', NOTHING, {}],
    ['2024-06-30', NOTHING, {}],
    ['2024-07-01', MODEL, FLORIDA],
    ['2025-07-01', MODEL, FLORIDA],
    ['2026-11-23', MODEL, FLORIDA],
  ],
  'US-IN': [
    ['2025-01-01', NOTHING, {}],
    ['2025-12-31', NOTHING, {}],
    ['2026-01-01', MODEL, APPEAL_60],
    ['2026-06-30', MODEL, APPEAL_60],
    ['2026-11-23', MODEL, APPEAL_60],
  ],
  'US-IA': [
    ['2024-01-01', NOTHING, {}],
    ['2024-12-31', NOTHING, {}],
    ['2025-01-01', IOWA, IN_IOWA],
    ['2026-01-01', IOWA, IN_IOWA],
    ['2026-11-23', IOWA, IN_IOWA],
  ],
  'US-MT': [
    ['2024-09-30', NOTHING, {}],
    ['2024-10-01', REVOCABLE, APPEAL_60],
    ['2025-09-30', REVOCABLE, APPEAL_60],
    ['2025-10-01', REVOCABLE, APPEAL_60],
    ['2026-11-23', REVOCABLE, APPEAL_60],
  ],
  'US-OR': [
    ['2024-06-30', NOTHING, {}],
    ['2024-07-01', REVOCABLE, APPEAL_45],
    ['2025-12-31', REVOCABLE, APPEAL_45],
    ['2026-01-01', REVOCABLE, APPEAL_45],
    ['2026-11-23', REVOCABLE, APPEAL_45],
  ],
  'US-TN': [
    ['2024-07-01', NOTHING, {}],
    ['2025-06-30', NOTHING, {}],
    ['2025-07-01', MODEL, APPEAL_60],
    ['2026-01-01', MODEL, APPEAL_60],
    ['2026-11-23', MODEL, APPEAL_60],
  ],
  'US-TX': [
    ['2024-06-30', NOTHING, {}],
    ['2024-07-01', MODEL, APPEAL_60],
    ['2024-12-31', MODEL, APPEAL_60],
    ['2025-01-01', MODEL, APPEAL_60],
    ['2026-11-23', MODEL, APPEAL_60],
  ],
  'US-UT': [
    ['2023-12-30', NOTHING, {}],
    ['2023-12-31', OLD_UTAH, ANSWER],
    ['2026-06-30', OLD_UTAH, ANSWER],
    ['2026-07-01', [...OLD_UTAH, 'correct'], ANSWER],
    ['2026-11-23', [...OLD_UTAH, 'correct'], ANSWER],
  ],
  'US-VA': [
    ['2022-12-31', NOTHING, {}],
    ['2023-01-01', MODEL, APPEAL_60],
    ['2025-01-01', MODEL, APPEAL_60],
    ['2026-01-01', MODEL, APPEAL_60],
    ['2026-11-23', MODEL, APPEAL_60],
  ],
  EU: [
    ['2018-05-24', NOTHING, {}],
    ['2018-05-25', UNION, A_MONTH],
    ['2020-12-31', UNION, A_MONTH],
    ['2024-02-29', UNION, A_MONTH],
    ['2026-11-23', UNION, A_MONTH],
  ],
  /** Of the EEA, two months later than the Union. */
  NO: [
    ['2018-05-25', NOTHING, {}],
    ['2018-07-19', NOTHING, {}],
    ['2018-07-20', UNION, A_MONTH],
    ['2021-01-01', UNION, A_MONTH],
    ['2026-11-23', UNION, A_MONTH],
  ],
  /** Left the Union, and its law with the end of the transition. */
  GB: [
    ['2018-05-24', NOTHING, {}],
    ['2018-05-25', UNION, A_MONTH],
    ['2020-12-31', UNION, A_MONTH],
    ['2021-01-01', NOTHING, {}],
    ['2026-11-23', NOTHING, {}],
  ],
  /** Our tables know no law of theirs. */
  'US-NY': [
    ['2018-05-25', NOTHING, {}],
    ['2020-01-01', NOTHING, {}],
    ['2023-07-01', NOTHING, {}],
    ['2026-07-01', NOTHING, {}],
    ['2026-11-23', NOTHING, {}],
  ],
};

const cases = Object.entries(ORACLE).flatMap(([place, rows]) => rows.map((row) => [place, ...row] as const));

test.each(cases)('%s on %s', (place, on, rights, times) => {
  const answer = rightsIn(table, place, on);
  expect(answer.rights.map(({ right }) => right)).toEqual([...RIGHTS]);
  const given = answer.rights.filter(({ available }) => available).map(({ right }) => right);
  expect(given.toSorted()).toEqual([...rights].toSorted());
  expect(answer.deadlines).toEqual({
    acknowledge_days: null,
    respond_days: null,
    respond_months: null,
    extension_days: null,
    extension_months: null,
    opt_out_days: null,
    appeal_days: null,
    appeal_extension_days: null,
    ...times,
  });
  expect(answer.laws.length > 0).toBe(rights.length > 0);
  expect(answer.promised).toEqual(['access', 'delete', 'correct', 'portability', 'restrict']);
});

test('each is of one of the thirteen states, the Union, a member or elsewhere, on five dates at least', () => {
  const states = ['CA', 'CO', 'CT', 'DE', 'FL', 'IN', 'IA', 'MT', 'OR', 'TN', 'TX', 'UT', 'VA'];
  const own = [...states.map((state) => `US-${state}`), 'EU'];
  expect([...table.jurisdictions.keys()].toSorted()).toEqual(own.toSorted());
  expect(Object.keys(ORACLE)).toEqual(expect.arrayContaining(own));
  for (const rows of Object.values(ORACLE)) expect(rows.length).toBeGreaterThanOrEqual(5);
});

test('units stand beside their numbers, and nowhere else', () => {
  const { deadlines, units } = rightsIn(table, 'US-CA', '2026-11-23');
  expect(units).toEqual({
    acknowledge_days: 'business_days',
    respond_days: 'calendar_days',
    respond_months: null,
    extension_days: 'calendar_days',
    extension_months: null,
    opt_out_days: 'business_days',
    appeal_days: null,
    appeal_extension_days: null,
  });
  expect(Object.keys(deadlines)).toEqual(Object.keys(units));
  expect(rightsIn(table, 'FR', '2026-11-23').units.respond_months).toBe('months');
});

test('what nobody’s law gives is honoured, in the shortest time of any law', () => {
  const { laws, rights, promised, deadlines, units, honoured, agent, free } = rightsIn(
    table,
    'BR',
    '2026-11-23',
  );
  expect(laws).toEqual([]);
  expect(
    rights.every(({ available, scope, citation }) => !available && scope === null && citation === null),
  ).toBe(true);
  expect(Object.values({ ...deadlines, ...units }).every((one) => one === null)).toBe(true);
  expect([...promised, ...honoured.rights].toSorted()).toEqual([...RIGHTS].toSorted());
  expect(honoured.deadlines).toEqual({
    acknowledge_days: 10,
    respond_days: null,
    respond_months: 1,
    extension_days: 15,
    extension_months: null,
    opt_out_days: 15,
    appeal_days: 45,
    appeal_extension_days: null,
  });
  expect(agent).toEqual({ available: false, rights: [], signal: false, proof: null, citation: null });
  expect(free).toEqual({ available: false, count: null, period_months: null, after: null, citation: null });
});

/** `[count, months]`; null: always free. */
const FREE: Readonly<Record<string, readonly [number | null, number | null]>> = {
  'US-CA': [2, 12],
  'US-CO': [1, 12],
  'US-CT': [1, 12],
  'US-DE': [1, 12],
  'US-FL': [2, 12],
  'US-IN': [1, 12],
  'US-IA': [2, 12],
  'US-MT': [1, 12],
  'US-OR': [1, 12],
  'US-TN': [2, 12],
  'US-TX': [2, 12],
  'US-UT': [1, 12],
  'US-VA': [2, 12],
  EU: [null, null],
};

test.each(Object.entries(FREE))('free requests in %s', (place, [count, months]) => {
  const { free } = rightsIn(table, place, '2026-11-23');
  expect([free.available, free.count, free.period_months]).toEqual([true, count, months]);
});

const OPT_OUTS = ['opt_out_sale', 'opt_out_targeted_advertising', 'opt_out_profiling'];
/** What an agent may do, and from when on a browser’s signal counts. */
const AGENTS: Readonly<Record<string, readonly [rights: readonly string[], signalFrom: string | null]>> = {
  'US-CA': [[...CALIFORNIA], '2020-08-14'],
  'US-CO': [OPT_OUTS, '2024-07-01'],
  'US-CT': [OPT_OUTS, '2025-01-01'],
  'US-DE': [OPT_OUTS, '2026-01-01'],
  'US-FL': [[], null],
  'US-IN': [[], null],
  'US-IA': [[], null],
  'US-MT': [OPT_OUTS, '2025-01-01'],
  'US-OR': [OPT_OUTS, '2026-01-01'],
  'US-TN': [[], null],
  'US-TX': [['opt_out_sale', 'opt_out_targeted_advertising'], '2025-01-01'],
  'US-UT': [[], null],
  'US-VA': [[], null],
  EU: [[], null],
};

test.each(Object.entries(AGENTS))('agents in %s', (place, [rights, signalFrom]) => {
  const { agent } = rightsIn(table, place, '2026-11-23');
  expect(agent.available).toBe(rights.length > 0);
  expect(agent.rights.toSorted()).toEqual([...rights].toSorted());
  expect(agent.signal).toBe(signalFrom !== null);
  if (signalFrom === null) return;
  const before = new Date(Date.parse(signalFrom) - 86_400_000).toISOString().slice(0, 10);
  expect(rightsIn(table, place, before).agent.signal).toBe(false);
  expect(rightsIn(table, place, signalFrom).agent.signal).toBe(true);
});
