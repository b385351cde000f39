/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { drpMessage, drpRequest, drpToken } from './schema.ts';

export const drpNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: drpToken,
    select: 'all',
    insert: true,
    update: ['token', 'setUpAt'],
    delete: true,
  },
  { role: 'kept_system', table: drpMessage, select: 'all', insert: true },
  {
    role: 'kept_system',
    table: drpRequest,
    select: 'all',
    insert: true,
    update: ['stepsSeen', 'told', 'callbackAt', 'attempts', 'endedAt'],
  },
];
