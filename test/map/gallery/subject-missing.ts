/** Nothing says whom the rows are about. */
import { id } from '../../../src/store/columns.ts';
import { none, refers } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number } from './facts.ts';

export const note = mapped(
  'note',
  // says: Property 'subject' is missing in type
  {
    about: 'Notes of a person',
    retention: { kind: 'while subject' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers('person', id('person_id').notNull(), number),
    },
  },
);
