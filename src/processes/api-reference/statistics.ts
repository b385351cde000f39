/** What the answer of `GET /api/privacy/statistics` holds, as JSON Schema. */
import { object } from './objects.ts';

export const statisticsAnswer = object({
  publishes: { type: 'boolean', description: 'False: this instance publishes none.' },
  group_min: { type: 'integer', minimum: 1 },
  years: {
    type: 'array',
    items: object({
      year: { type: 'integer', description: 'One that is over (UTC).' },
      published_at: { type: 'string', format: 'date-time' },
      statistics: {
        type: 'array',
        items: object({
          statistic: { type: 'string' },
          parts: {
            type: 'array',
            items: object({
              part: { type: 'string' },
              value: {
                type: ['integer', 'null'],
                minimum: 0,
                description: 'With noise; null: the group seems smaller than group_min.',
              },
            }),
          },
          bound: { type: 'integer', minimum: 1, description: 'What one person adds at most.' },
          epsilon: { type: 'number', description: 'Of differential privacy, for one person and this year.' },
          within: {
            type: 'integer',
            description: 'Nineteen times out of twenty the number without noise is no further away.',
          },
        }),
      },
    }),
  },
});
