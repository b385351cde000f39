/** What a law keeps, it keeps without the person’s id. */
import { id, moment } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number, time } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: { kind: 'while subject' },
  law: { keeps: 'us-tax-records', since: 'at' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    // says: a reference would outlive its person
    person: refers('person', id('person_id').notNull(), { ...number, erase: 'keep minimised until' }),
    at: stored(moment('at').notNull(), time),
  },
});
