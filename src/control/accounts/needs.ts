/** What the roles need of these tables, beyond what follows from the map. */
import type { Need } from '../../store/walls/rights.ts';
import { CHANGEABLE } from './change-account.ts';
import { account, agreement, membership, person } from './schema.ts';

export const accountNeeds: readonly Need[] = [
  { role: 'kept_system', table: person, insert: true, update: ['emailVerifiedAt', 'staffRole'] },
  // Not the balance: money goes through the writer.
  { role: 'kept_system', table: account, insert: true, update: [...CHANGEABLE, 'awaitsAddress'] },
  { role: 'kept_system', table: membership, insert: true, update: ['role'], delete: true },
  { role: 'kept_system', table: agreement, insert: true, delete: true },
  {
    role: 'kept_meter',
    table: account,
    select: ['id', 'balance', 'welcomeDue', 'awaitsAddress'],
    update: ['balance', 'welcomeDue'],
  },
  // A member reads who else belongs to the account.
  { role: 'kept_request', table: membership, readBy: ['account'] },
];
