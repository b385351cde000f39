/** Personal and not sealed, without a reason. */
import { text } from 'drizzle-orm/pg-core';
import { id } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name, number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    // says: Property 'plain' is missing in type
    text: stored(text('text'), name),
  },
});
