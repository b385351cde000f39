/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { publication } from './schema.ts';

export const publishingNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: publication,
    select: 'all',
    insert: true,
    update: ['heldAt', 'withdrawnAt'],
  },
];
