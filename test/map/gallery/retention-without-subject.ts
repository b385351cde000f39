/** A table about nobody ends with nobody. */
import { id } from '../../../src/store/columns.ts';
import { none } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'nobody', why: 'prices' },
  retention: {
    // says: a retention without an end: there is no subject that it could end with
    kind: 'while subject',
  },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
  },
});
