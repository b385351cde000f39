/** A law that never begins to count never ends. */
import { id, moment } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number, time } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  law: {
    keeps: 'us-tax-records',
    // says: a law counts from a moment in a column of the row that is not null
    since: 'paidAt',
  },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    paidAt: stored(moment('paid_at'), { ...time, erase: 'keep minimised until' }),
  },
});
