/** What the answer of `GET /api/transparency` holds, as JSON Schema. */
import { OUTCOMES } from '../../control/disclosure/words.ts';
import { object } from './objects.ts';

const band = object({
  at_least: { type: 'integer', minimum: 0 },
  at_most: { type: 'integer', minimum: 0 },
});

export const transparencyAnswer = object({
  periods: {
    type: 'array',
    items: object({
      period: { type: 'string', description: 'A half-year that is over (UTC), like 2027-H1.' },
      kinds: {
        type: 'array',
        items: object({
          kind: { type: 'string' },
          outcomes: object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, band]))),
        }),
      },
    }),
  },
});
