/** What exercising rights needs of its own tables, beyond what follows from the map. */
import type { Need } from '../walls/rights.ts';
import { accountCorrection, correction, restriction } from './schema.ts';

export const rightsNeeds: readonly Need[] = [
  { role: 'kept_system', table: restriction, insert: true, delete: true },
  { role: 'kept_system', table: correction, insert: true },
  { role: 'kept_system', table: accountCorrection, insert: true },
];
