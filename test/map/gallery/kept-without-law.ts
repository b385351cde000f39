/** Kept for a law that is not named. */
import { id, moment } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number, time } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    // says: kept minimised, but the table names no law that keeps it
    paidAt: stored(moment('paid_at').notNull(), { ...time, erase: 'keep minimised until' }),
  },
});
