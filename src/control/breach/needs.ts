/** What the roles need of these tables, beyond what follows from the map: rows are added, and nobody changes one. */
import type { Need } from '../../store/walls/rights.ts';
import { breachNotice, breachRow } from './schema.ts';

export const breachNeeds: readonly Need[] = [
  { role: 'kept_system', table: breachRow, insert: true },
  { role: 'kept_system', table: breachNotice, insert: true },
];
