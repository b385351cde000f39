/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { mail } from './schema.ts';

export const noticeNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: mail,
    insert: true,
    update: ['state', 'to', 'values', 'attempts', 'nextAt', 'maybeTwice', 'sentAt'],
  },
  // What becomes of an erasure is told in its own transaction.
  { role: 'kept_sweep', table: mail, insert: true },
];
