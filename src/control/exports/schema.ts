/** Exports that people asked for on the site, each made in the background and kept for a day. */
import { bigint, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, PLAIN, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';

/**
 * `waiting`: for its turn. `working`: the archive is being written. `ready`: it can be downloaded. `failed`, `cancelled`:
 * there is none.
 */
export const EXPORT_STATES = ['waiting', 'working', 'ready', 'failed', 'cancelled'] as const;
export const EXPORT_FAILURES = ['disk_full', 'too_long', 'interrupted', 'lost', 'fault'] as const;
export type ExportFailure = (typeof EXPORT_FAILURES)[number];

/** How long an archive can be downloaded. */
export const EXPORT_DAYS = 1;

const asked = (label: string, plain: string = PLAIN.choice) =>
  ({
    label,
    class: 'user.privacy_preferences',
    purposes: ['rights'],
    source: 'derived',
    access: 'yes',
    export: 'yes',
    correct: { no: 'what happened is not changed' },
    erase: 'delete row',
    plain,
  }) as const;
const OPENS = { no: 'it opens the archive, which you download opened' } as const;

export const exportJob = mapped(
  'export_job',
  {
    about: 'The export of your data that you asked for last',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: EXPORT_DAYS, event: 'endedAt', or: 'askedAt' },
    columns: {
      /** Also names the archive's file. */
      id: stored(id('id').primaryKey(), subjectId('Id')),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      state: stored(text('state', { enum: EXPORT_STATES }).notNull(), asked('How far it is')),
      failure: stored(text('failure', { enum: EXPORT_FAILURES }), asked('Why there is no archive')),
      /** JSON: `ArchiveSecret`. Null where there is no archive. */
      secret: sealedOrNull('secret', {
        label: 'Key of the archive, and accounts whose data are in it',
        class: 'user.authorization.credentials',
        purposes: ['rights'],
        source: 'derived',
        access: OPENS,
        export: OPENS,
        correct: { no: 'made by us' },
        erase: 'key death',
      }),
      bytes: stored(bigint('bytes', { mode: 'number' }), asked('Size of the archive in bytes', PLAIN.count)),
      tries: none(integer('tries').notNull().default(0), 'how often it was begun'),
      askedAt: stored(moment('asked_at').notNull(), occurred('Asked for at')),
      endedAt: stored(moment('ended_at'), occurred('Ready, failed or cancelled at')),
    },
  },
  (table) => [
    // One for each person.
    uniqueIndex('export_job_person').on(table.person),
    index('export_job_asked').on(table.state, table.askedAt),
  ],
);

export type ExportJob = typeof exportJob.$inferSelect;
