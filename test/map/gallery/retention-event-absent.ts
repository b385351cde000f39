/** Days after something that the row does not hold. */
import { id } from '../../../src/store/columns.ts';
import { none, refers } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: {
    kind: 'days after',
    days: 30,
    // says: the event of a retention is a column of the row
    event: 'at',
  },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
  },
});
