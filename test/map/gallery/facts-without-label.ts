/** Without words for the person who reads it. */
import { id } from '../../../src/store/columns.ts';
import { none, refers, sealed } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name, number } from './facts.ts';

const { label: _, ...rest } = name;

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    text: sealed(
      'text',
      // says: Property 'label' is missing in type
      rest,
    ),
  },
});
