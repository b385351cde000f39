/** What the answer of `GET /api/promises` holds, as JSON Schema. */
import { VERDICTS } from '../../control/verification/index.ts';
import { object } from './objects.ts';

const SEEN = VERDICTS.filter((verdict) => verdict !== 'not-built');
const moment = { type: 'string', format: 'date-time' };

export const promisesAnswer = object({
  oldest: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'The oldest look that counts; null: not all were taken.',
  },
  clauses: {
    type: 'array',
    items: object({
      id: { type: 'string' },
      verdict: {
        type: ['string', 'null'],
        enum: [...VERDICTS, null],
        description: 'Null: nothing counts at the moment.',
      },
      reason: { type: 'string' },
      explanation: {
        anyOf: [{ type: 'null' }, object({ words: { type: 'string' }, at: moment, until: moment })],
        description: 'What the operator says of a promise that is broken; null: nothing, or it is not.',
      },
      days: {
        type: 'array',
        items: { type: ['string', 'null'], enum: [...SEEN, null] },
        description:
          'The worst that was seen on each of the last 30 days (UTC), the oldest first; null: not all of it was looked at.',
      },
      checks: {
        type: 'array',
        items: object({
          id: { type: 'string' },
          probe: { type: 'string', description: 'How it looks.' },
          verdict: { type: 'string', enum: SEEN },
          observed: { type: 'string' },
          at: moment,
          ms: { type: 'integer', minimum: 0 },
        }),
      },
    }),
  },
});
