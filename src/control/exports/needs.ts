/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { exportJob } from './schema.ts';

export const exportNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: exportJob,
    insert: true,
    update: ['state', 'failure', 'secret', 'bytes', 'tries', 'endedAt'],
    delete: true,
  },
];
