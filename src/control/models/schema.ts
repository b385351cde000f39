/** The catalogue's numbers and prices: a model keeps its number for ever, so that usage records and keys can name it. */
import { sql } from 'drizzle-orm';
import { index, integer, serial, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, microUsd, moment } from '../../store/columns.ts';
import { none } from '../../store/map/columns.ts';
import { mapped } from '../../store/map/table.ts';

const SERVED = 'describes a model that an engine serves';

export const model = mapped('model', {
  about: 'Models that were ever served',
  subject: { kind: 'nobody', why: SERVED },
  retention: { kind: 'with instance' },
  columns: {
    number: none(serial('number').primaryKey(), SERVED),
    name: none(text('name').notNull().unique(), SERVED),
    /** What it was last served at, in micro-dollars for a million tokens; null until it was. */
    promptPrice: none(microUsd('prompt_price_microusd'), SERVED),
    cachedPrice: none(microUsd('cached_price_microusd'), SERVED),
    completionPrice: none(microUsd('completion_price_microusd'), SERVED),
    reasoningPrice: none(microUsd('reasoning_price_microusd'), SERVED),
    firstSeen: none(moment('first_seen').notNull().defaultNow(), SERVED),
  },
});

const CHANGE = 'what the operator wants for a model that everybody may use';

export const priceChange = mapped(
  'price_change',
  {
    about: 'Prices that were announced, and when they hold',
    subject: { kind: 'nobody', why: CHANGE },
    retention: { kind: 'days after', days: 366, event: 'settledAt', open: 'it waits for its day' },
    columns: {
      id: none(id('id').primaryKey(), 'random number of the row'),
      model: none(integer('model').notNull(), 'a number of the catalogue'),
      /** Micro-dollars for a million tokens. */
      prompt: none(microUsd('prompt_microusd').notNull(), CHANGE),
      cached: none(microUsd('cached_microusd').notNull(), CHANGE),
      completion: none(microUsd('completion_microusd').notNull(), CHANGE),
      reasoning: none(microUsd('reasoning_microusd').notNull(), CHANGE),
      announcedAt: none(moment('announced_at').notNull(), 'when people were told'),
      effectiveAt: none(moment('effective_at').notNull(), 'from when it holds'),
      /** Null: it waits. It held, or the operator wanted another price meanwhile. */
      settledAt: none(moment('settled_at'), 'when it was over'),
    },
  },
  (table) => [
    // One at a time.
    uniqueIndex('price_change_waits').on(table.model).where(sql`settled_at is null`),
    index('price_change_settled').on(table.settledAt),
  ],
);
