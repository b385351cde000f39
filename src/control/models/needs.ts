/** What the roles need of these tables, beyond what follows from the map: whoever reads usage reads models' names. */
import type { Need } from '../../store/walls/rights.ts';
import { model, priceChange } from './schema.ts';

const PRICES = ['promptPrice', 'cachedPrice', 'completionPrice', 'reasoningPrice'];

export const modelNeeds: readonly Need[] = [
  { role: 'kept_system', table: model, select: 'all', insert: true, update: PRICES },
  { role: 'kept_request', table: model, select: 'all' },
  { role: 'kept_system', table: priceChange, select: 'all', insert: true, update: ['settledAt'] },
];
