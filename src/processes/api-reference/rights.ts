/** What the answer of `GET /api/privacy/rights` holds, as JSON Schema. */
import { RIGHTS, UNITS } from '../../control/law/index.ts';
import { object } from './objects.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const numberOrNull = { type: ['integer', 'null'], minimum: 1 };
const right = { enum: RIGHTS };
const list = (items: object) => ({ type: 'array', items });
const NUMBERS = [
  'acknowledge_days',
  'respond_days',
  'respond_months',
  'extension_days',
  'extension_months',
  'opt_out_days',
  'appeal_days',
  'appeal_extension_days',
];
const each = (schema: object) => object(Object.fromEntries(NUMBERS.map((name) => [name, schema])));
const deadlines = each(numberOrNull);
const units = each({ enum: [...UNITS, null] });

export const rights = object({
  jurisdiction: text,
  on: { type: 'string', format: 'date' },
  laws: list(object({ name: text, citation: text })),
  rights: {
    ...list(object({ right, available: { type: 'boolean' }, scope: textOrNull, citation: textOrNull })),
    description: 'What the law gives.',
  },
  promised: { ...list(right), description: 'What the policy gives everybody.' },
  deadlines: { ...deadlines, description: 'By the law; null: it sets none.' },
  units,
  agent: object({
    available: { type: 'boolean' },
    rights: list(right),
    signal: { type: 'boolean' },
    proof: textOrNull,
    citation: textOrNull,
  }),
  free: object({
    available: { type: 'boolean' },
    count: { ...numberOrNull, description: 'Null where free requests are available: always.' },
    period_months: numberOrNull,
    after: textOrNull,
    citation: textOrNull,
  }),
  honoured: {
    ...object({ rights: list(right), deadlines, units }),
    description: 'What is done beyond law and policy: rights, and times where the law sets none.',
  },
});
