/**
 * Who is a probe: a person whom checks made to see what happens to people. Nothing else can tell, so that nothing can
 * behave well for probes only: verification and the views of statistics read this table, no other code names it, and PostgreSQL
 * refuses it to every role but the sweep’s, which erases them.
 */
import { sql } from 'drizzle-orm';
import { boolean, index } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

const WHY = { no: 'nothing that works for people may tell a probe from a person' } as const;
const UNTOLD = { access: WHY, export: WHY } as const;

export const probe = mapped(
  'probe',
  {
    about: 'That somebody is no person, and was made by a check',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'while subject' },
    apart: true,
    columns: {
      person: refers(
        'person',
        id('person_id')
          .primaryKey()
          .references(() => person.id),
        { ...subjectId('Person'), ...UNTOLD },
      ),
      /** It stays, for prompts; any other goes with the look that made it. */
      stays: stored(boolean('stays').notNull(), { ...setting('Whether it stays'), ...UNTOLD }),
      at: stored(moment('at').notNull(), { ...occurred('Made at'), ...UNTOLD }),
    },
  },
  (table) => [index('probe_passing').on(table.at).where(sql`not ${table.stays}`)],
);
