/**
 * Lists of people that partners hand over, and what of them was taken: with the partner, the day and the legal ground, for
 * the person to see. A list that is not confirmed yet is sealed under a key of its own, since nobody on it is anybody here.
 */
import { index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytes, id, moment } from '../../store/columns.ts';
import { none, refers, sealedOrNull, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { GROUNDS, IMPORT_STATES } from './kinds.ts';

export const partnerImport = mapped(
  'partner_import',
  {
    about: 'Lists of people that partners handed over',
    subject: {
      kind: 'nobody',
      why: 'nobody on it is taken over yet; the list is sealed under a key of its own, which dies with it',
    },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      partner: none(text('partner').notNull(), 'name of a company'),
      ground: none(
        text('ground', { enum: GROUNDS }).notNull(),
        'the legal ground that was stated, a closed list',
      ),
      receivedOn: none(moment('received_on').notNull(), 'the day on which the partner handed it over'),
      state: none(text('state', { enum: IMPORT_STATES }).notNull(), 'how it stands, a closed list'),
      /** JSON; null: not named yet. */
      columns: none(text('columns'), 'which column is which'),
      /** Null: it is over. */
      content: none(bytes('content'), 'the list, sealed under a key of its own until it is taken over'),
      rows: none(integer('rows').notNull(), 'how many rows it has'),
      taken: none(integer('taken').notNull(), 'how many people were taken over'),
      /** JSON; null: not taken over yet. */
      refused: none(text('refused'), 'how many rows were not taken, by reason'),
      at: none(moment('at').notNull(), 'when it was handed in'),
      until: none(moment('until').notNull(), 'when it goes'),
    },
  },
  (table) => [
    index('partner_import_state').on(table.state, table.at),
    index('partner_import_until').on(table.until),
  ],
);
export type PartnerImportRow = typeof partnerImport.$inferSelect;

const fromPartner = { source: 'partner', purposes: ['support', 'rights'] } as const;

export const importedContact = mapped(
  'imported_contact',
  {
    about: 'What partners handed over to us about you',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: 0, event: 'until' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      person: refers(
        'person',
        id('person_id')
          .notNull()
          .references(() => person.id),
        subjectId('Person'),
      ),
      import: none(id('import_id').notNull(), 'the list that it was on, by its random number'),
      partner: stored(text('partner').notNull(), {
        ...setting('From'),
        ...fromPartner,
        plain: 'the name of a company',
      }),
      receivedOn: stored(moment('received_on').notNull(), { ...occurred('Received on'), ...fromPartner }),
      ground: stored(text('ground', { enum: GROUNDS }).notNull(), {
        ...setting('Legal ground that was stated'),
        ...fromPartner,
      }),
      items: stored(text('items').notNull(), {
        ...setting('What came'),
        ...fromPartner,
        plain: 'words of a closed list',
      }),
      note: sealedOrNull('note', {
        ...fromPartner,
        label: 'Note of theirs',
        class: 'user.content.private',
        access: 'yes',
        export: 'yes',
        correct: { no: 'it is what came; ask us to delete it' },
        erase: 'key death',
      }),
      at: stored(moment('at').notNull(), occurred('Taken over at')),
      until: none(moment('until').notNull(), 'when it goes'),
    },
  },
  (table) => [
    uniqueIndex('imported_contact_once').on(table.person, table.partner),
    index('imported_contact_import').on(table.import),
    index('imported_contact_until').on(table.until),
  ],
);
