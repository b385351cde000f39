/** What the answer of `GET /api/privacy/processors` holds, as JSON Schema. */
import { object } from './objects.ts';

const said = { type: ['string', 'null'], description: 'Null: nobody has said.' };

export const recipientsAnswer = object({
  recipients: {
    type: 'array',
    items: object({
      id: { type: 'string' },
      kind: { type: 'string' },
      role: { type: 'string', enum: ['processor', 'independent'] },
      own: { type: 'boolean', description: 'The operator’s own system.' },
      name: said,
      purpose: { type: 'string', description: 'As the data map names purposes.' },
      does: { type: 'string' },
      gets: {
        type: 'array',
        items: object({
          class: { type: ['string', 'null'], description: 'Category of the data map; null: about nobody.' },
          title: { type: 'string' },
          fields: { type: 'array', items: { type: 'string', description: 'table.column of the data map' } },
          items: { type: 'array', items: { type: 'string' } },
        }),
      },
      besides: { type: ['string', 'null'], description: 'What it gets that stands in no column.' },
      region: said,
      keeps: said,
      contract: said,
    }),
  },
});
