/** A column’s own retention ends as well. */
import { id } from '../../../src/store/columns.ts';
import { none, refers, sealed } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name, number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    // says: a retention without an end: what is about people goes with them, or days after an event
    text: sealed('text', { ...name, retention: { kind: 'with instance' } }),
  },
});
