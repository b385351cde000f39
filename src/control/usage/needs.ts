/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { usageRecord } from './schema.ts';

export const usageNeeds: readonly Need[] = [
  { role: 'kept_meter', table: usageRecord, select: 'all', insert: true, update: ['voidedAt'] },
];
