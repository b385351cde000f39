/** An id that the map does not know as a person’s is no way to them. */
import { id } from '../../../src/store/columns.ts';
import { none } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: {
    kind: 'direct',
    of: 'person',
    // says: no way to its subject: name a column by refers('person', …)
    column: 'who',
  },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    who: none(id('person_id').notNull(), 'a number'),
  },
});
