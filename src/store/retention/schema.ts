/** What only a law still keeps, apart from everything else. */
import { customType, integer, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../columns.ts';
import { none } from '../map/columns.ts';
import { mapped } from '../map/table.ts';

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

export const retained = mapped('retained', {
  about: 'What only a law still keeps of somebody who was erased: minimised, sealed under a key of its own',
  subject: {
    kind: 'nobody',
    why: 'holds no id of a person or an account, and only the columns that the law demands',
  },
  // Its key ends at the same time, so that the row opens not a moment longer.
  retention: { kind: 'days after', days: 0, event: 'until' },
  columns: {
    id: none(id('id').primaryKey(), 'random, the name of its key'),
    law: none(text('law').notNull(), 'a word of the closed list of laws'),
    source: none(text('source').notNull(), 'name of the table that the rows stood in'),
    rows: none(integer('rows').notNull(), 'how many rows it holds'),
    until: none(moment('until').notNull(), 'when the law lets it go'),
    content: none(bytes('content').notNull(), 'minimised rows, sealed under a key that dies with the law'),
  },
});
