/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { announcement, calendarFeed } from './schema.ts';

export const dateNeeds: readonly Need[] = [
  { role: 'kept_system', table: calendarFeed, insert: true, update: ['token', 'since'], delete: true },
  { role: 'kept_system', table: announcement, select: 'all', insert: true, update: ['doneTo', 'endedAt'] },
];
