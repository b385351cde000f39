/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { disclosure, disclosureCase, disclosureFile, disclosureStep, disclosureSubject } from './schema.ts';

export const disclosureNeeds: readonly Need[] = [
  {
    role: 'kept_system',
    table: disclosureCase,
    insert: true,
    update: [
      'state',
      'outcome',
      'categories',
      'isNarrowed',
      'rangeFrom',
      'rangeTo',
      'preparedBy',
      'approvedBy',
      'approvedAt',
      'announcedAt',
      'discloseAt',
      'closedAt',
      'toldAt',
      'gagUntil',
      'gagOverAt',
      'gagNext',
      'gagNextBy',
      'hold',
      'content',
    ],
  },
  { role: 'kept_system', table: disclosureStep, insert: true },
  { role: 'kept_system', table: disclosureSubject, insert: true },
  {
    role: 'kept_system',
    table: disclosureFile,
    select: 'all',
    insert: true,
    update: ['until'],
    delete: true,
  },
  {
    role: 'kept_system',
    table: disclosure,
    insert: true,
    update: [
      'state',
      'categories',
      'rangeFrom',
      'rangeTo',
      'at',
      'discloseAt',
      'lawSince',
      'objection',
      'objectedAt',
    ],
  },
];
