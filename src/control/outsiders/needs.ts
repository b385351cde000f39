/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { outsider } from './schema.ts';

export const outsiderNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: outsider,
    select: 'all',
    insert: true,
    update: [
      'handover',
      'factor',
      'lastStep',
      'tries',
      'duty',
      'mailedAt',
      'enrolledAt',
      'endedAt',
      'endedFor',
    ],
  },
];
