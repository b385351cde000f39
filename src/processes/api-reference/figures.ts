/** What the answers of `/api/privacy/requests/figures` and `/api/privacy/requests/proof` hold, as JSON Schema. */
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

const time = { type: ['string', 'null'], format: 'date-time' };
export const requestProof = object({
  shown: { const: 'api_key' },
  needed: { type: 'integer', minimum: 0, description: 'How many other proofs it still takes.' },
  waits_until: {
    ...time,
    description: 'Until when the address that is held can object; null: nothing waits.',
  },
  code: { type: ['string', 'null'], description: 'What is made is fetched with it; told this once.' },
  page: { type: 'string', format: 'uri', description: 'Where the request stands.' },
});
