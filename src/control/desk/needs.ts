/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { account, person } from '../accounts/schema.ts';
import { suspension } from './schema.ts';

export const deskNeeds: readonly Need[] = [
  { role: 'kept_system', table: suspension, insert: true, update: ['endedAt', 'endReason'] },
  { role: 'kept_system', table: account, update: ['active'] },
  { role: 'kept_system', table: person, update: ['staffRole', 'staffUntil'] },
];
