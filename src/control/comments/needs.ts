/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { comment } from './schema.ts';

export const commentNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: comment,
    insert: true,
    update: ['name', 'words', 'state', 'reason', 'changedAt', 'until'],
    delete: true,
  },
];
