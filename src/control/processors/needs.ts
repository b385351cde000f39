/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { recipientNotice } from './schema.ts';

export const processorNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: recipientNotice,
    select: 'all',
    insert: true,
    update: ['key', 'name', 'region', 'servedAt'],
  },
];
