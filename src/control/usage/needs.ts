/** What the roles need of these tables, beyond what follows from the map. */
import { erasure } from '../../store/erasure/schema.ts';
import type { Need } from '../../store/walls/rights.ts';
import { usageDay, usageRecord } from './schema.ts';

export const usageNeeds: readonly Need[] = [
  { role: 'kept_meter', table: usageRecord, select: 'all', insert: true, update: ['voidedAt'] },
  {
    role: 'kept_meter',
    table: usageDay,
    select: 'all',
    insert: true,
    update: ['requests', 'promptTokens', 'cachedTokens', 'completionTokens', 'reasoningTokens', 'price'],
  },
  // What is being erased is not counted anew.
  { role: 'kept_meter', table: erasure, select: ['account', 'state'] },
];
