/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { answerTemplate, conversation, message, messageFile } from './schema.ts';

export const messageNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: conversation,
    insert: true,
    update: [
      'person',
      'subject',
      'kind',
      'state',
      'assignee',
      'names',
      'messages',
      'waitsSince',
      'lastAt',
      'until',
    ],
    delete: true,
  },
  {
    role: 'kept_system',
    table: message,
    insert: true,
    update: ['person', 'words', 'mailId', 'until'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: messageFile,
    insert: true,
    update: ['person', 'name', 'content', 'until'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: answerTemplate,
    select: 'all',
    insert: true,
    update: ['name', 'words', 'changedAt'],
    delete: true,
  },
];
