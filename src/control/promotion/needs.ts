/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { campaign, newsletterAsked, newsletterReader, promotionalMail } from './schema.ts';

export const promotionNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: campaign,
    select: 'all',
    insert: true,
    update: ['subject', 'words', 'state', 'sendAt', 'doneTo', 'changedAt', 'endedAt'],
  },
  {
    role: 'kept_system',
    table: promotionalMail,
    insert: true,
    update: ['token', 'state', 'attempts', 'nextAt', 'sentAt'],
  },
  {
    role: 'kept_system',
    table: newsletterAsked,
    select: 'all',
    insert: true,
    update: ['mailAt', 'attempts', 'content'],
    delete: true,
  },
  { role: 'kept_system', table: newsletterReader, insert: true },
];
