/** A table of cases that lawyers know the answers to, decided by the law that this instance has read. */
import { rightsIn } from '../../control/law/index.ts';
import { type Check, countOf, noneOf } from '../check.ts';

/** The thirteen states of the policy. What Iowa and Utah leave out stands in the policy itself. */
const STATES = [
  'US-CA',
  'US-CO',
  'US-CT',
  'US-DE',
  'US-FL',
  'US-IA',
  'US-IN',
  'US-MT',
  'US-OR',
  'US-TN',
  'US-TX',
  'US-UT',
  'US-VA',
] as const;
const EVERYWHERE = ['confirm', 'access', 'delete', 'portability', 'opt_out_sale', 'limit_sensitive'] as const;
/** Until a day (exclusive), or as the law stands (null). */
const NOT_GIVEN: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  correct: { 'US-IA': null },
  opt_out_targeted_advertising: { 'US-IA': null },
  // California's rules on automated decisions begin to hold then (Cal. Code Regs. tit. 11, § 7200).
  opt_out_profiling: { 'US-IA': null, 'US-UT': null, 'US-CA': '2027-01-01' },
};
/** Days that each may take at most, whatever its law counts in (Cal. Civ. Code § 1798.130(a)(2); Iowa Code § 715D.3(2)(a)). */
const RESPOND_DAYS_MAX = 90;

export const states: Check = {
  id: 'state-rights',
  clauses: ['STATE-1', 'STATE-2', 'STATE-3', 'STATE-4', 'STATE-5', 'STATE-6', 'STATE-7', 'CPPA-1'],
  pace: 'day',
  probe:
    'Asks the law that this instance has read for each right in each of the thirteen states, today, and compares the answers with a table of cases.',
  async look({ law, store }) {
    const today = new Date(store.now()).toISOString().slice(0, 10);
    const wrong: string[] = [];
    let cases = 0;
    for (const state of STATES) {
      const answer = rightsIn(law, state, today);
      const gives = (right: string) => answer.rights.find((one) => one.right === right)?.available === true;
      for (const right of EVERYWHERE) {
        cases += 1;
        if (!gives(right)) wrong.push(`${state} gives no right to ${right}`);
      }
      for (const [right, without] of Object.entries(NOT_GIVEN)) {
        cases += 1;
        if (gives(right) === isWithout(without[state], today))
          wrong.push(`${state} and ${right} are not as the law has them`);
      }
      cases += 1;
      const count = answer.deadlines.respond_days ?? (answer.deadlines.respond_months ?? 0) * 30;
      if (count === 0 || count > RESPOND_DAYS_MAX) wrong.push(`${state} has no time for an answer`);
    }
    return noneOf(wrong, `${countOf(cases, 'case')} of thirteen states are decided as their laws have them.`);
  },
};

const isWithout = (until: string | null | undefined, today: string): boolean =>
  until === null || (until !== undefined && today < until);

const EU_RIGHTS = ['confirm', 'access', 'correct', 'delete', 'restrict', 'portability', 'object'] as const;

export const europe: Check = {
  id: 'eu-rights',
  clauses: ['EU-1'],
  pace: 'day',
  probe: 'Asks the law that this instance has read for each right that the GDPR gives, and for its month.',
  async look({ law, store }) {
    const answer = rightsIn(law, 'EU', new Date(store.now()).toISOString().slice(0, 10));
    const missing = EU_RIGHTS.filter(
      (right) => !answer.rights.some((one) => one.right === right && one.available),
    );
    const isMonth = answer.deadlines.respond_months === 1;
    return noneOf(
      [
        ...missing.map((right) => `no right to ${right}`),
        ...(isMonth ? [] : ['the time for an answer is not one month']),
      ],
      `${countOf(EU_RIGHTS.length, 'right')} of the GDPR are given, and an answer is due within one month.`,
    );
  },
};
