/** What the roles need of this table, beyond what follows from the map: one writes it, nobody changes it. */
import type { Need } from '../../store/walls/rights.ts';
import { ledgerEntry } from './schema.ts';

export const billingNeeds: readonly Need[] = [
  { role: 'kept_meter', table: ledgerEntry, select: 'all', insert: true },
];
