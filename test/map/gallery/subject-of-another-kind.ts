/** An account is not a person. */
import { id } from '../../../src/store/columns.ts';
import { none, refers } from '../../../src/store/map/columns.ts';
import { mapped } from '../../../src/store/map/table.ts';
import { number } from './facts.ts';

export const note = mapped('note', {
  about: 'Notes of a person',
  subject: {
    kind: 'direct',
    of: 'person',
    // says: no way to its subject: name a column by refers('person', …)
    column: 'account',
  },
  retention: { kind: 'while subject' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    account: refers('account', id('account_id').notNull(), number),
  },
});
