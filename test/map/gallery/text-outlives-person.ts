/** Erasing the person lets go of the row, and this text would stay in it. */
import { text } from 'drizzle-orm/pg-core';
import { id } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id'), { ...number, erase: 'sever link' }),
    // says: it would outlive its person: erasing them lets go of the row and does not delete it; seal it
    text: stored(text('text'), number),
  },
});
