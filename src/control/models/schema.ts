/** The catalogue's numbers: a model keeps its number for ever, so that usage records and keys can name it. */
import { pgTable, serial, text } from 'drizzle-orm/pg-core';
import { moment } from '../../store/columns.ts';

export const model = pgTable('model', {
  number: serial('number').primaryKey(),
  name: text('name').notNull().unique(),
  firstSeen: moment('first_seen').notNull().defaultNow(),
});
