/** What is measured of visits to the site, by those who agreed to it: a page, for how long, coarsely by what. */
import { index, integer, text } from 'drizzle-orm/pg-core';
import { id, moment } from '../../store/columns.ts';
import { none, refers, stored } from '../../store/map/columns.ts';
import { PLAIN } from '../../store/map/presets.ts';
import { mapped } from '../../store/map/table.ts';
import { person } from '../accounts/schema.ts';
import { BROWSERS, SYSTEMS } from '../sign-in/schema.ts';

/** The pages that are measured: public ones, each by its name; nothing of the console or the ways in. */
export const PAGES = [
  'home',
  'models',
  'model',
  'pricing',
  'docs',
  'data',
  'privacy',
  'versions',
  'promises',
  'terms',
  'status',
] as const;
export type PageName = (typeof PAGES)[number];

/** Numbers are read week by week, for a quarter of a year. */
const KEPT_DAYS = 90;

const measured = {
  class: 'user.behavior',
  purposes: ['measurement'],
  source: 'observed',
  access: 'yes',
  export: 'yes',
  correct: { no: 'what happened is not changed' },
  erase: 'delete row',
} as const;

export const pageView = mapped(
  'page_view',
  {
    about: 'A page of the site that somebody looked at who agreed to being measured',
    subject: { kind: 'direct', of: 'person', column: 'person' },
    retention: { kind: 'days after', days: KEPT_DAYS, event: 'at' },
    columns: {
      id: none(id('id').primaryKey(), 'random number that the page made'),
      /** The browser's random number of this day; another one tomorrow. */
      visit: none(id('visit').notNull(), 'random number of a browser, which ends with the day'),
      /** Null: not tied to anybody. Cut when the tie is taken back. */
      person: refers(
        'person',
        id('person_id').references(() => person.id),
        { ...measured, purposes: ['tie_to_account'], label: 'Who looked at it', plain: PLAIN.id },
      ),
      /** The hour that it began in. */
      at: stored(moment('at').notNull(), { ...measured, label: 'In the hour from', plain: PLAIN.time }),
      page: stored(text('page', { enum: PAGES }).notNull(), {
        ...measured,
        label: 'Page',
        plain: PLAIN.choice,
      }),
      seconds: stored(integer('seconds').notNull(), {
        ...measured,
        label: 'Seconds that it was looked at',
        plain: PLAIN.count,
      }),
      browser: stored(text('browser', { enum: BROWSERS }).notNull(), {
        ...measured,
        class: 'user.device',
        label: 'Kind of browser',
        plain: PLAIN.choice,
      }),
      system: stored(text('system', { enum: SYSTEMS }).notNull(), {
        ...measured,
        class: 'user.device',
        label: 'Kind of system',
        plain: PLAIN.choice,
      }),
      /** Its last two or three labels: never a user's own subdomain, a path or an address. */
      referrer: stored(text('referrer'), {
        ...measured,
        label: 'Site that they came from',
        plain: 'the domain of a site, without subdomain, port and path: says nothing about anybody by itself',
      }),
    },
  },
  (table) => [index('page_view_at').on(table.at), index('page_view_person').on(table.person)],
);
