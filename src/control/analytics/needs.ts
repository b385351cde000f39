/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { pageView } from './schema.ts';

export const analyticsNeeds: readonly Need[] = [
  { role: 'kept_system', table: pageView, insert: true, update: ['seconds', 'person'] },
];
