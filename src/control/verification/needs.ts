/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { attestation, explanation, observation } from './schema.ts';

export const verificationNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: observation,
    select: 'all',
    insert: true,
    update: ['until', 'observed', 'looks'],
  },
  // What was said is not changed.
  { role: 'kept_system', table: attestation, select: 'all', insert: true },
  { role: 'kept_system', table: explanation, select: 'all', insert: true },
];
