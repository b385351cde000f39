/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { apiKey } from './schema.ts';

export const keyNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: apiKey,
    insert: true,
    update: [
      'state',
      'revokedAt',
      // A playground's key is made anew in its row.
      'hash',
      'expiresAt',
      'requestsPerMinute',
      'concurrency',
      'budgetDay',
      'budgetDayTokens',
    ],
  },
  { role: 'kept_meter', table: apiKey, select: ['id', 'lastUsedOn'], update: ['lastUsedOn'] },
];
