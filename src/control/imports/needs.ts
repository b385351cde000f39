/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { importedContact, partnerImport } from './schema.ts';

export const importNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: partnerImport,
    select: 'all',
    insert: true,
    update: ['state', 'columns', 'content', 'taken', 'refused', 'until'],
    delete: true,
  },
  { role: 'kept_system', table: importedContact, insert: true },
];
