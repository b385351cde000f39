/** About nobody, without a reason. */
import { id } from '../../../src/store/columns.ts';
import { none } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  // says: Property 'why' is missing in type
  subject: { kind: 'nobody' },
  retention: { kind: 'with instance' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
  },
});
