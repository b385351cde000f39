/** Who people were told of before they process anything, and from when they do. */
import { text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

const CONFIGURED = 'what the operator configured, and the site shows to everybody';

export const recipientNotice = mapped(
  'recipient_notice',
  {
    about: 'Engines, regions and processors that people were told of, and from when they are used',
    subject: { kind: 'nobody', why: CONFIGURED },
    retention: { kind: 'with instance' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      /** What stays the same as long as it is the same one (`newcomersOf`). */
      key: none(text('key').notNull(), CONFIGURED),
      kind: none(text('kind', { enum: ['engine', 'region', 'processor'] }).notNull(), CONFIGURED),
      name: none(text('name'), CONFIGURED),
      region: none(text('region'), CONFIGURED),
      announcedAt: none(moment('announced_at').notNull(), 'when people were told'),
      /** Not before. */
      servesAt: none(moment('serves_at').notNull(), 'from when it is to be used'),
      /** Null: it waits for its day. Before `servesAt`: it could not be kept from being used. */
      servedAt: none(moment('served_at'), 'when it began to be used'),
      /** Null: it was there when the instance began. */
      announcement: none(id('announcement'), 'which mails tell of it'),
      entry: none(id('entry').notNull(), 'its entry in the record'),
    },
  },
  (table) => [uniqueIndex('recipient_notice_key').on(table.key)],
);
