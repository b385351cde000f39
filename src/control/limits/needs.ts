/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { gatewaySession } from './schema.ts';

export const limitNeeds: readonly Need[] = [
  {
    role: 'kept_meter',
    table: gatewaySession,
    select: 'all',
    insert: true,
    update: ['pid', 'birth', 'endedAt'],
  },
];
