/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { proofLadder, proofTally } from './schema.ts';

export const ladderNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: proofLadder,
    insert: true,
    update: [
      'person',
      'tries',
      'challenge',
      'challengeUntil',
      'first',
      'second',
      'completedAt',
      'waitsUntil',
      'stoppedAt',
      'code',
      'codeUntil',
      'until',
    ],
    delete: true,
  },
  { role: 'kept_system', table: proofTally, select: 'all', insert: true, update: ['tries'], delete: true },
];
