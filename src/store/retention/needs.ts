/** What retention needs of its own tables, beyond what follows from the map. */
import type { Need } from '../walls/rights.ts';
import { clockMark, legalHold, retained } from './schema.ts';

export const retentionNeeds: readonly Need[] = [
  { role: 'kept_sweep', table: retained, insert: true },
  // A hold that a copy of the database still has ends with whom it kept.
  { role: 'kept_sweep', table: legalHold, update: ['endedAt'] },
  { role: 'kept_sweep', table: clockMark, select: 'all', insert: true, update: 'all' },
  // Holds are placed and ended by command; what a law keeps is read with a reason that the record has.
  { role: 'kept_system', table: legalHold, insert: true, update: ['endedAt'] },
  { role: 'kept_system', table: retained, select: 'all' },
];
