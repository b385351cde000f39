/** What erasure needs of its own tables, beyond what follows from the map. */
import type { Need } from '../walls/rights.ts';
import { erasure, outbox } from './schema.ts';

export const erasureNeeds: readonly Need[] = [
  {
    role: 'kept_sweep',
    table: erasure,
    insert: true,
    update: ['state', 'toldAt', 'begunAt', 'doneAt', 'suppressed', 'rows', 'held', 'entry'],
  },
  {
    role: 'kept_sweep',
    table: outbox,
    insert: true,
    update: ['attempts', 'nextAt', 'doneAt', 'subject'],
  },
  // Whether an erasure is complete, and how each processor stands: not whom it was about.
  { role: 'kept_system', table: outbox, select: ['erasure', 'processor', 'doneAt'] },
];
