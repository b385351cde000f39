/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { membershipInvitation } from './schema.ts';

export const memberNeeds: readonly Need[] = [
  { role: 'kept_system', table: membershipInvitation, insert: true, update: ['state', 'email', 'invited'] },
];
