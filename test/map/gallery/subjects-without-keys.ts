/** Several people, and no key for each. */
import { id } from '../../../src/store/columns.ts';
import { none, sealed, stored } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { name, number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: {
    kind: 'several',
    // says: no way to its subjects: `column` holds their ids, `wraps` the key for each
    column: 'people',
    wraps: 'wraps',
  },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    people: stored(id('people').array().notNull(), number),
    text: sealed('text', name),
  },
});
