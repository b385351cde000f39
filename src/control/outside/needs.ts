/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { outsideFile, outsideSystem, outsideTask } from './schema.ts';

export const outsideNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: outsideSystem,
    insert: true,
    update: ['name', 'kind', 'classes', 'holds', 'uses', 'finding', 'owner', 'changedAt', 'retiredAt'],
  },
  {
    role: 'kept_system',
    table: outsideTask,
    insert: true,
    update: [
      'request',
      'erasure',
      'state',
      'ground',
      'dueAt',
      'until',
      'lookedAt',
      'closedAt',
      'doneBy',
      'who',
    ],
  },
  { role: 'kept_system', table: outsideFile, insert: true },
  // An erasure takes on the tasks of its request, and opens those that there are none of yet.
  { role: 'kept_sweep', table: outsideTask, insert: true, update: ['erasure'] },
];
