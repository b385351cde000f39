/** The catalogue's numbers: a model keeps its number for ever, so that usage records and keys can name it. */
import { serial, text } from 'drizzle-orm/pg-core';
import { microUsd, moment } from '../../store/columns.ts';
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
