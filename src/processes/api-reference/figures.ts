/** What the answer of `GET /api/privacy/requests/figures` holds, as JSON Schema. */
import { ASKED_RIGHTS, COUNTED } from '../../control/requests/index.ts';
import { object } from './objects.ts';

const count = { type: 'integer', minimum: 0 };
const band = {
  ...object({ at_least: count, at_most: count }),
  description: 'A number of requests lies in here; smaller groups are told from none by nothing.',
};

export const requestFigures = object({
  year: { type: 'integer', description: 'The last that is over (UTC), by when requests came.' },
  group_min: { type: 'integer', minimum: 1 },
  kinds: {
    type: 'array',
    items: object({
      kind: { enum: ASKED_RIGHTS },
      ...Object.fromEntries(COUNTED.map((what) => [what, band])),
      median_days: {
        type: ['integer', 'null'],
        minimum: 0,
        description: 'To the decision; null: fewer were decided than group_min.',
      },
    }),
  },
});
