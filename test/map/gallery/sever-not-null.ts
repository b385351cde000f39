/** A reference that cannot be let go of. */
import { id } from '../../../src/store/columns.ts';
import { none, refers } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    // says: "sever link" sets it to null, but the column is not null
    person: refers('person', id('person_id').notNull(), { ...number, erase: 'sever link' }),
  },
});
