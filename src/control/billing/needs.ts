/** What the roles need of these tables, beyond what follows from the map: one writes the ledger, nobody changes it. */
import type { Need } from '../../store/walls/rights.ts';
import { balanceWarning, ledgerEntry } from './schema.ts';

export const billingNeeds: readonly Need[] = [
  { role: 'kept_meter', table: ledgerEntry, select: 'all', insert: true },
  { role: 'kept_system', table: balanceWarning, insert: true, update: ['isBelow'], delete: true },
];
