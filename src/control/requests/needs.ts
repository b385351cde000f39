/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { privacyRequest, privacyRequestStep } from './schema.ts';

export const requestNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: privacyRequest,
    insert: true,
    update: [
      'person',
      'state',
      'dueAt',
      'extendedAt',
      'extension',
      'warnedAt',
      'nextAt',
      'proof',
      'proofUntil',
      'provenBy',
      'decision',
      'ground',
      'decidedBy',
      'decidedAt',
      'appealUntil',
      'appealedAt',
      'appealDecision',
      'appealDecidedBy',
      'effect',
      'joinedTo',
      'deliveredAt',
      'closedAt',
      'steps',
      'item',
      'value',
      'words',
      'intake',
    ],
  },
  { role: 'kept_system', table: privacyRequestStep, insert: true },
];
