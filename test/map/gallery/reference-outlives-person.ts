/** A reference has no key that could die. */
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
    // says: a reference would outlive its person: erase by "delete row", or by "sever link" if it may be null
    person: refers('person', id('person_id').notNull(), { ...number, erase: 'key death' }),
  },
});
