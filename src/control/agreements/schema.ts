/** Which account accepted which version of the data processing agreement, with its annexes as they were. */
import { integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { occurred, setting, subjectId } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { account } from '../accounts/schema.ts';

export const dpaAcceptance = mapped(
  'dpa_acceptance',
  {
    about: 'Which version of the data processing agreement an account accepted, and when',
    subject: { kind: 'direct', of: 'account', column: 'account' },
    retention: { kind: 'while subject' },
    columns: {
      account: refers(
        'account',
        id('account_id')
          .notNull()
          .references(() => account.id),
        subjectId('Account'),
      ),
      version: stored(integer('version').notNull(), {
        ...setting('Version of the data processing agreement', 'a number of a published text'),
        purposes: ['account', 'legal'],
        correct: { no: 'what was accepted is not changed; a new version is accepted anew' },
      }),
      /** Markdown: the text and its annexes. */
      document: none(text('document').notNull(), 'what everybody was offered on that day, the same for all'),
      /** SHA-256 of `document`. */
      hash: none(hash('document_hash').notNull(), 'a hash of the document'),
      at: stored(moment('at').notNull(), occurred('Accepted at')),
      entry: none(id('entry').notNull(), 'its entry in the record'),
    },
  },
  (table) => [primaryKey({ columns: [table.account, table.version] })],
);
