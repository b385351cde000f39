/** Published versions of the texts that people agree to: each with its text, why it is significant, and when it holds. */
import { sql } from 'drizzle-orm';
import { boolean, check, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { hash, id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';
import { DOCUMENTS } from '../document-names.ts';

const FOR_ALL = 'written for everybody, and published';

export const publication = mapped(
  'publication',
  {
    about: 'Published versions of the policy and the terms, and when they hold',
    subject: { kind: 'nobody', why: FOR_ALL },
    retention: { kind: 'with instance' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      document: none(text('document', { enum: DOCUMENTS }).notNull(), 'which text, a word of a closed list'),
      version: none(integer('version').notNull(), 'number of the version'),
      title: none(text('title').notNull(), FOR_ALL),
      /** Markdown, as it was published. */
      text: none(text('text').notNull(), FOR_ALL),
      /** SHA-256 of `text`. */
      hash: none(hash('text_hash').notNull(), 'a hash of the text'),
      summary: none(text('summary').notNull(), FOR_ALL),
      significant: none(boolean('significant').notNull(), 'whether people were told before it holds'),
      why: none(text('why').notNull(), FOR_ALL),
      /** JSON: what the system did on that day (`SystemFacts`). */
      facts: none(text('facts').notNull(), 'what the data map and the configuration said on that day'),
      announcedAt: none(moment('announced_at').notNull(), 'when it was published'),
      /** Not before. */
      holdsAt: none(moment('holds_at').notNull(), 'from when it is to hold'),
      /** Null: it waits, or was withdrawn. */
      heldAt: none(moment('held_at'), 'when it began to hold'),
      withdrawnAt: none(moment('withdrawn_at'), 'when it was withdrawn, before it held'),
      /** Null: nobody is told by mail. */
      announcement: none(id('announcement'), 'which mails tell of it'),
      entry: none(id('entry').notNull(), 'its entry in the record'),
    },
  },
  (table) => [
    uniqueIndex('publication_version').on(table.document, table.version),
    // One at a time waits.
    uniqueIndex('publication_waits').on(table.document).where(sql`held_at is null and withdrawn_at is null`),
    check('publication_one_end', sql`${table.heldAt} is null or ${table.withdrawnAt} is null`),
    check('publication_notice', sql`${table.holdsAt} >= ${table.announcedAt}`),
  ],
);
