/** Numbers that were published, once, and what of each year's budget they used up. */
import { sql } from 'drizzle-orm';
import { bigint, check, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';
import { STATISTICS } from './list.ts';
import { EPSILON_MAX_MILLI } from './settings.ts';

const PUBLIC = 'published with noise, so that it tells of nobody';

export const statisticBudget = mapped(
  'statistic_budget',
  {
    about: 'How much of what may become known of people of a year was used up by statistics',
    subject: { kind: 'nobody', why: 'a number for a year' },
    retention: { kind: 'with instance' },
    columns: {
      /** UTC. */
      year: none(integer('year').primaryKey(), 'a year'),
      spent: none(integer('spent_milli').notNull(), 'thousandths of ε'),
    },
  },
  (table) => [
    check(
      'statistic_budget_kept',
      sql`${table.spent} > 0 and ${table.spent} <= ${sql.raw(String(EPSILON_MAX_MILLI))}`,
    ),
  ],
);

export const statistic = mapped(
  'statistic',
  {
    about: 'Statistics about people, as they were published',
    subject: { kind: 'nobody', why: PUBLIC },
    retention: { kind: 'with instance' },
    columns: {
      year: none(integer('year').notNull(), 'a year'),
      name: none(text('name', { enum: STATISTICS }).notNull(), 'what was counted, a closed list'),
      part: none(text('part').notNull(), 'of which part, a word of a closed list'),
      /** May be below zero: noise was added. */
      value: none(bigint('value', { mode: 'number' }).notNull(), PUBLIC),
      /** What one person adds at most. */
      bound: none(integer('bound').notNull(), 'a bound that holds for everybody'),
      epsilon: none(integer('epsilon_milli').notNull(), 'thousandths of ε'),
      publishedAt: none(moment('published_at').notNull(), 'when it was published'),
    },
  },
  (table) => [primaryKey({ columns: [table.year, table.name, table.part] })],
);
