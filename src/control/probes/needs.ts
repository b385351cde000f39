/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { probe } from './schema.ts';

export const probeNeeds: readonly Need[] = [{ role: 'kept_system', table: probe, insert: true }];
