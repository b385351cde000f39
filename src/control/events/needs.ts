/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { event, registration } from './schema.ts';

export const eventNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: event,
    select: 'all',
    insert: true,
    update: ['title', 'words', 'place', 'startsAt', 'endsAt', 'capacity', 'state', 'remindedAt', 'changedAt'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: registration,
    insert: true,
    update: ['person', 'state', 'confirmedAt', 'until'],
    delete: true,
  },
];
