/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { dpaAcceptance } from './schema.ts';

export const agreementNeeds: readonly Need[] = [{ role: 'kept_system', table: dpaAcceptance, insert: true }];
