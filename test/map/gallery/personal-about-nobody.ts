/** Something personal in a table about nobody. */
import { id } from '../../../src/store/columns.ts';
import { none, sealed } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'nobody', why: 'notes are about things' },
  retention: { kind: 'with instance' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    // says: a personal column stands in a table about nobody: say whom its rows are about
    text: sealed('text', name),
  },
});
