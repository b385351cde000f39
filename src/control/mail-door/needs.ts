/** What the roles need of this table, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { incomingMail } from './schema.ts';

export const mailDoorNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: incomingMail,
    select: 'all',
    insert: true,
    update: ['answer', 'answerAt', 'attempts', 'outcome', 'repliedAt', 'until', 'content'],
  },
];
