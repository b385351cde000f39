/** Refusing, proof, agents, money, appeals and who watches: by the law of the place, or by what we do for everybody. */
import { expect, test } from 'vitest';
import {
  agentRule,
  appealOf,
  basisOf,
  freeOf,
  givesRight,
  type Place,
  pausesOf,
  RIGHTS,
  type Right,
  readLaw,
  recordsKept,
  refusalGrounds,
  regulatorOf,
  UNSAID,
  verificationOf,
} from '../../src/control/law/index.ts';

const table = readLaw();
const ON = '2026-11-23';
const grounds = (place: Place, right: Right, on = ON) =>
  refusalGrounds(table, place, right, on).map(({ id }) => id);

test('everybody may use every right, and is told by whose word', () => {
  for (const place of ['US-CA', 'US-IA', 'EU', 'JP', UNSAID])
    for (const right of RIGHTS)
      expect(basisOf(table, place, right, ON), `${right} in ${place}`).not.toBeNull();
  expect(basisOf(table, 'US-IA', 'correct', ON)).toEqual({ by: 'policy', clause: 'ACCESS-2' });
  expect(basisOf(table, 'US-IA', 'opt_out_targeted_advertising', ON)).toMatchObject({ by: 'us' });
  expect(basisOf(table, 'US-UT', 'correct', '2026-06-30')).toMatchObject({ by: 'policy' });
  expect(basisOf(table, 'US-UT', 'correct', '2026-07-01')).toMatchObject({
    by: 'law',
    fact: { known: 'secondary' },
  });
  expect(givesRight(table, 'US-IA', 'correct', ON)).toBe(false);
  expect(givesRight(table, 'FR', 'restrict', ON)).toBe(true);
});

test('grounds are those of the law and of the policy, each with where it stands', () => {
  expect(grounds('US-CA', 'access')).toEqual(
    expect.arrayContaining([
      'identity_not_proven',
      'named_not_shown',
      'agent_without_proof',
      'legal_obligation',
    ]),
  );
  expect(grounds('US-CA', 'opt_out_sale')).not.toContain('identity_not_proven');
  expect(grounds('US-CT', 'access', '2026-06-30')).not.toContain('named_not_shown');
  expect(grounds('US-CT', 'access', '2026-07-01')).toContain('named_not_shown');
  expect(grounds('US-FL', 'correct')).toContain('correct_it_yourself');
  expect(grounds('DE', 'delete')).toEqual(
    expect.arrayContaining(['no_ground_to_erase', 'free_speech', 'on_hold']),
  );
  expect(grounds('US-NY', 'delete')).toEqual([
    'identity_not_proven',
    'agent_without_proof',
    'legal_obligation',
    'on_hold',
  ]);
  expect(refusalGrounds(table, 'US-VA', 'access', ON)[0]).toMatchObject({
    id: 'identity_not_proven',
    law: { citation: 'Va. Code 59.1-577(B)(4)', known: 'text_seen' },
    clause: null,
  });
  for (const place of [...table.jurisdictions.keys(), 'US-NY'])
    for (const right of RIGHTS)
      for (const { says, would_change } of refusalGrounds(table, place, right, ON))
        expect(says.length > 0 && would_change.length > 0).toBe(true);
});

test('who takes complaints: of a state, of a member, of nobody that we know', () => {
  expect(regulatorOf(table, 'US-CA', ON)?.url).toBe('https://privacy.ca.gov/');
  expect(regulatorOf(table, 'US-CA', '2022-01-01')?.name).toContain('Attorney General');
  expect(regulatorOf(table, 'FR', ON)?.url).toBe('https://www.cnil.fr/');
  expect(regulatorOf(table, 'EU', ON)?.url).toContain('edpb.europa.eu');
  expect(regulatorOf(table, 'GB', '2020-01-01')?.url).toBe('https://ico.org.uk/');
  expect(regulatorOf(table, 'GB', ON)).toBeNull();
  expect(regulatorOf(table, UNSAID, ON)).toBeNull();
});

test('appeals: by the law, or by us', () => {
  expect(appealOf(table, 'US-VA', ON)).toMatchObject({
    byLaw: true,
    window: expect.stringContaining('reasonable'),
  });
  expect(appealOf(table, 'US-CA', ON)).toMatchObject({ byLaw: false, window: null });
  expect(appealOf(table, 'US-CA', ON).denied).toContain('California Privacy Protection Agency');
  expect(appealOf(table, UNSAID, ON)).toEqual({ byLaw: false, window: null, denied: null, law: null });
});

test('agents: what the law lets them do, and what proof; ours where it says nothing', () => {
  expect(agentRule(table, 'US-CA', 'delete', ON)).toMatchObject({
    byLaw: true,
    signal: true,
    asksPerson: true,
  });
  expect(agentRule(table, 'US-CO', 'delete', ON)).toMatchObject({
    byLaw: false,
    proof: table.everybody.agent.proof,
  });
  expect(agentRule(table, 'US-CO', 'opt_out_sale', '2024-06-30').signal).toBe(false);
  expect(agentRule(table, 'US-CO', 'opt_out_sale', '2024-07-01').signal).toBe(true);
  expect(agentRule(table, UNSAID, 'access', ON)).toMatchObject({ byLaw: false, signal: false, law: null });
});

test('proof is never asked for what nobody needs it for, whatever a law allows', () => {
  for (const place of [...table.jurisdictions.keys(), UNSAID])
    for (const right of ['opt_out_sale', 'limit_sensitive', 'withdraw_consent', 'object'] as const)
      expect(verificationOf(table, place, right, ON).level, `${right} in ${place}`).toBe('none');
  expect(verificationOf(table, 'US-CO', 'opt_out_sale', ON).law?.citation).toContain('Rule 4.08');
  expect(verificationOf(table, 'US-CA', 'access', ON).level).toBe('high');
  expect(verificationOf(table, 'US-CA', 'delete', ON).level).toBe('reasonable');
  expect(verificationOf(table, UNSAID, 'access', ON)).toMatchObject({ level: 'reasonable', law: null });
});

test('money, records, clocks that stop', () => {
  expect(freeOf(table, 'US-VA', ON)).toMatchObject({ count: 2, periodMonths: 12 });
  expect(freeOf(table, 'FR', ON)).toMatchObject({ count: null, periodMonths: null });
  expect(freeOf(table, UNSAID, ON)).toMatchObject({ count: null, law: null });
  expect(recordsKept(table, 'US-CO', ON)).toMatchObject({ months: 24, law: { known: 'text_seen' } });
  expect(recordsKept(table, 'US-VA', ON)).toEqual({ months: 24, law: null });
  expect(pausesOf(table, 'DE', ON).map((one) => one.while)).toEqual(['identity']);
  expect(pausesOf(table, 'US-UT', ON).map((one) => one.while)).toEqual(['fraud']);
  expect(pausesOf(table, 'US-CA', ON)).toEqual([]);
});
