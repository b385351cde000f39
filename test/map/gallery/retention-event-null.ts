/** Where the moment is null the row would stay for ever, and nobody says why. */
import { id, moment } from '../../../src/store/columns.ts';
import { none, refers, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number, time } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: { kind: 'direct', of: 'person', column: 'person' },
  retention: {
    kind: 'days after',
    days: 30,
    // says: a retention without an end: where this is null, name `or`, or why it is `open`
    event: 'endedAt',
  },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    person: refers('person', id('person_id').notNull(), number),
    endedAt: stored(moment('ended_at'), time),
  },
});
