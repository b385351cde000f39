/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { consent } from './schema.ts';

export const consentNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: consent,
    insert: true,
    update: ['withdrawnAt', 'withdrawnWay', 'withdrawnEntry'],
  },
];
