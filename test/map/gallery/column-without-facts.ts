/** A column of Drizzle's alone. */
import { text } from 'drizzle-orm/pg-core';
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
    person: refers('person', id('person_id').notNull(), number),
    // says: is missing the following properties from type 'Mapped<any, any, any>': how, builder, facts
    text: text('text'),
  },
});
