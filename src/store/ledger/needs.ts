/** What the roles need of the ledgers' tables, beyond what follows from the map: whoever acts enters in the record. */
import type { Need } from '../walls/rights.ts';
import { ledgerMark, recordEntry } from './schema.ts';

export const recordNeeds: readonly Need[] = [
  { role: 'kept_system', table: recordEntry, insert: true, update: ['index'] },
  { role: 'kept_meter', table: recordEntry, insert: true },
  { role: 'kept_sweep', table: recordEntry, insert: true },
  { role: 'kept_system', table: ledgerMark, select: 'all', insert: true, update: 'all' },
  { role: 'kept_sweep', table: ledgerMark, select: 'all', insert: true, update: 'all' },
];
