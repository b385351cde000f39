/** What the roles need of these tables, beyond what follows from the map. What was published is never changed. */
import type { Need } from '../../store/walls/rights.ts';
import { statistic, statisticBudget } from './schema.ts';

export const statisticNeeds: readonly Need[] = [
  { role: 'kept_system', table: statisticBudget, select: 'all', insert: true, update: ['spent'] },
  { role: 'kept_system', table: statistic, select: 'all', insert: true },
];
