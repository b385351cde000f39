/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { survey, surveyAnswer } from './schema.ts';

export const surveyNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: survey,
    select: 'all',
    insert: true,
    update: ['title', 'words', 'questions', 'state', 'endsAt', 'results', 'changedAt'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: surveyAnswer,
    insert: true,
    update: ['answers', 'conversation', 'at', 'until'],
    delete: true,
  },
];
