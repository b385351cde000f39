/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { capture, capturedRequest } from './schema.ts';

export const captureNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: capture,
    insert: true,
    update: ['until', 'stoppedAt', 'requests', 'bytes'],
  },
  { role: 'kept_system', table: capturedRequest, insert: true, update: ['until'] },
  // An owner opens it on a page of its own, and not among what else is held.
  { role: 'kept_request', table: capturedRequest, select: ['content'] },
];
