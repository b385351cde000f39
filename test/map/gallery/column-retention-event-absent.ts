/** A column’s own retention starts at something that the row holds. */
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
    // says: the event of a retention is a column of the row
    text: sealed('text', { ...name, retention: { kind: 'days after', days: 7, event: 'at' } }),
  },
});
