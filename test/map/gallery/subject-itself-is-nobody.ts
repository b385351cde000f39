/** A person whose id is said to be about nobody. */
import { id } from '../../../src/store/columns.ts';
import { none, sealed } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: {
    kind: 'self',
    of: 'person',
    // says: a row that is a subject names its own id: a column by stored(…)
    column: 'id',
  },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'a number'),
    text: sealed('text', name),
  },
});
