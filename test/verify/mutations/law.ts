/** Rights taken out of the law's tables, or given where there is none. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../support/instance.ts';
import type { Patch } from '../../support/source-copy.ts';
import { type Mutation, patch } from './mutation.ts';

/** The right begins in another century. */
function without(place: string, right: string): Patch {
  const file = `policy/law/${place}.json`;
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
  const line = lines.find((each) => each.includes(`{"right": "${right}"`)) ?? '';
  return patch(file, line, line.replace(/"from": "\d{4}/, '"from": "2143'));
}

const TAKEN: readonly (readonly [clause: string, place: string, right: string, what: string])[] = [
  ['STATE-1', 'us-co', 'confirm', 'Colorado’s right to have it confirmed'],
  ['STATE-1', 'us-de', 'confirm', 'Delaware’s right to have it confirmed'],
  ['STATE-2', 'us-tx', 'delete', 'Texas’ right to have it deleted'],
  ['STATE-2', 'us-va', 'access', 'Virginia’s right to see it'],
  ['STATE-3', 'us-tn', 'correct', 'Tennessee’s right to have it corrected'],
  ['STATE-3', 'us-or', 'correct', 'Oregon’s right to have it corrected'],
  ['STATE-4', 'us-ut', 'portability', 'Utah’s right to take it away'],
  ['STATE-4', 'us-mt', 'portability', 'Montana’s right to take it away'],
  ['STATE-5', 'us-in', 'opt_out_sale', 'Indiana’s right to opt out of sale'],
  ['STATE-6', 'us-ct', 'limit_sensitive', 'Connecticut’s consent for sensitive data'],
  ['STATE-6', 'us-fl', 'limit_sensitive', 'Florida’s consent for sensitive data'],
  ['CPPA-1', 'us-ca', 'confirm', 'California’s right to have it confirmed'],
  ['CPPA-1', 'us-ca', 'delete', 'California’s right to have it deleted'],
  ['EU-1', 'eu', 'object', 'the right to object'],
];

export const IN_LAW: readonly Mutation[] = [
  ...TAKEN.map(([clause, place, right, what]) => ({
    clause,
    what: `${what} is taken out of the law’s table`,
    patches: [without(place, right)],
  })),
  {
    clause: 'STATE-7',
    what: 'Iowa gives a right to correct, which its law lacks',
    patches: [
      patch(
        'policy/law/us-ia.json',
        '{"right": "correct", "available": false, "citation"',
        '{"right": "correct", "scope": "What is wrong", "citation"',
      ),
    ],
  },
  {
    clause: 'STATE-7',
    what: 'Iowa gives a right to opt out of profiling, which its law lacks',
    patches: [
      patch(
        'policy/law/us-ia.json',
        '{"right": "opt_out_profiling", "available": false, "citation"',
        '{"right": "opt_out_profiling", "scope": "Profiling", "citation"',
      ),
    ],
  },
  {
    clause: 'EU-1',
    what: 'three months for an answer instead of one',
    patches: [
      patch(
        'policy/law/eu.json',
        '{"what": "respond", "count": 1, "unit": "months"',
        '{"what": "respond", "count": 3, "unit": "months"',
      ),
    ],
  },
];
